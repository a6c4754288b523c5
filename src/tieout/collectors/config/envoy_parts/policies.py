"""Policies of Envoy Gateway that apply to a route, and whether one leads a failed request to a lower priority.

After the types' own descriptions: a policy of the route takes the place of the gateway's unless it says that they are
merged; without `numAttemptsPerPriority` all attempts go to the highest priority that is healthy; statuses count only
beside the trigger `retriable-status-codes`; what is not set is `connect-failure`, 503 and the like, twice.
"""

from typing import Final

from tieout.collectors.config.envoy_parts.objects import Object, Objects, is_same_space
from tieout.collectors.config.taking import Taking
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_TRIGGERS: Final = frozenset(
    {"5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "refused-stream"}
)
_BY_STATUS: Final = "retriable-status-codes"
_DEFAULT_RETRIES: Final = 2


def policies_of(route: Object, rule: str | None, objects: Objects) -> list[Object]:
    """The policies that apply to a rule of a route, the most specific first."""
    own: list[Object] = []
    above: list[Object] = []
    gateways = {one.down("name").text for one in route.spec.down("parentRefs").rows()}
    for policy in objects.of_kind("BackendTrafficPolicy"):
        if not is_same_space(policy.manifest.namespace, route.manifest.namespace):
            continue
        for target in (policy.spec.down("targetRef"), *policy.spec.down("targetRefs").rows()):
            kind, name, section = (target.down(key).text for key in ("kind", "name", "sectionName"))
            if kind in {"HTTPRoute", "AIGatewayRoute"} and name == route.name and section in {None, rule}:
                own.append(policy)
            elif kind == "Gateway" and name in gateways and name is not None:
                above.append(policy)
    if own and not any(one.spec.down("mergeType").text for one in own):
        return own
    return own + above


def failover(policies: list[Object], objects: Objects, taking: Taking) -> tuple[Cursor, Object] | None:
    """Where it is said that a failed request goes on to a lower priority; None where nothing says so."""
    for policy in policies:
        for kind in ("active", "passive"):
            check = policy.spec.down("healthCheck", kind)
            if isinstance(check.value, dict):
                return check, policy
        retry = policy.spec.down("retry")
        if retry.value is None:
            continue
        reason = _never(retry)
        if reason is None:
            return retry, policy
        told = f"the policy '{excerpt(policy.name)}' leads no failed request to another priority: {reason}"
        taking.notes.append((objects.line(policy, retry), told))
    return None


def _never(retry: Cursor) -> str | None:
    """Why a retry does not lead to a lower priority."""
    per_priority, retries = retry.down("numAttemptsPerPriority").value, retry.down("numRetries").value
    retries = _DEFAULT_RETRIES if retries is None else retries
    if isinstance(per_priority, bool) or not isinstance(per_priority, int) or per_priority < 1:
        return "'numAttemptsPerPriority' is not set, so that all attempts go to the highest priority"
    if isinstance(retries, bool) or not isinstance(retries, int) or retries < per_priority:
        return "'numRetries' ends before the next priority is asked"
    triggers = set(retry.down("retryOn", "triggers").texts)
    if not triggers or triggers & _TRIGGERS:
        return None
    codes = retry.down("retryOn", "httpStatusCodes").value
    failed = isinstance(codes, list) and any(isinstance(code, int) and 500 <= code <= 599 for code in codes)  # noqa: PLR2004
    return None if _BY_STATUS in triggers and failed else "'retryOn' names no failure of a supplier"
