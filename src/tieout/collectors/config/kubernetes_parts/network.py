"""Who may talk to pods and to whom they may talk, by the network policies of Kubernetes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from tieout.collectors.config.addresses import reach
from tieout.collectors.config.kubernetes_parts.objects import Cluster, Placed, called
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.kubernetes import Manifest, Pod

_Way = Literal["ingress", "egress"]
_WAYS: Final[tuple[tuple[_Way, str, str], ...]] = (("ingress", "Ingress", "from"), ("egress", "Egress", "to"))
_DNS: Final = frozenset({"53", "dns", "dns-tcp"})
_WORDS: Final = {
    ("ingress", "denied"): "default deny of ingress",
    ("egress", "denied"): "default deny of egress",
    ("ingress", "limited"): "ingress is limited",
    ("egress", "limited"): "egress is limited",
    ("ingress", "shared"): "lets the whole cluster in at some ports",
    ("egress", "shared"): "lets pods out to the whole cluster at some ports",
    ("ingress", "wide"): "lets a great part of all addresses in",
    ("egress", "wide"): "lets pods out to a great part of all addresses",
    ("ingress", "open"): "lets everybody in",
    ("egress", "open"): "lets everything out",
}
_HOLDS: Final = {"denied": True, "limited": True, "shared": None, "wide": None, "open": False}
_WHOLE_CLUSTER: Final = "every pod of the cluster"
_ALL: Final = "every pod of its namespace"
_MOST_CHOICES: Final = 50_000
"""Most pairs of a workload of one file and a policy that chooses it; more are told, and not worked out."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a policy says of one way: nothing gets through, what is listed, much of it, or everything."""

    way: _Way
    kind: Literal["denied", "limited", "shared", "wide", "open"]
    at: Cursor
    value: str | None = None

    @property
    def words(self) -> str:
        return _WORDS[self.way, self.kind]

    @property
    def holds(self) -> bool | None:
        return _HOLDS[self.kind]


def is_policy(manifest: Manifest) -> bool:
    """Whether an object is a network policy of Kubernetes itself."""
    return manifest.kind == "NetworkPolicy" and manifest.group in {"networking.k8s.io", "extensions"}


def policy_rows(rows: SecurityRows, policy: Manifest) -> None:
    """What a policy lets through."""
    subject = called(policy)
    chosen = _chosen(policy.cursor("spec", "podSelector"))
    for rules in _rules(policy):
        words = rules.words
        if rules.kind == "denied" and chosen != _ALL:
            words = f"denies all {rules.way}"
        told = ", ".join(part for part in (f"for {chosen}", rules.value) if part)
        rows.add(subject, "network", words, rules.at, holds=rules.holds, value=told)


def selected_rows(
    rows: SecurityRows, elsewhere: SecurityRows, pods: list[Pod[Manifest]], path: str, cluster: Cluster
) -> None:
    """What policies, of this file or of another, let through to and from the pods of workloads.

    Args:
        rows: For what policies of this file say.
        elsewhere: For what those of other files say.
        pods: Of the file.
        path: The file's.
        cluster: Policies of all files.
    """
    policies, judged = _Policies(cluster.policies), 0
    for pod in pods:
        labels = _labels(pod)
        chosen = policies.of(pod, labels) if labels is not None else []
        judged += len(chosen)
        if judged > _MOST_CHOICES:
            for each in (rows, elsewhere):
                told = f"policies choose workloads more than {_MOST_CHOICES:,} times; of the rest nothing is told"
                each.rows.drop(pod.cursor(), told)
            return
        own = {called(one.manifest) for one in chosen if one.path == path}
        seen = set()
        for placed in chosen:
            name, is_own = called(placed.manifest), placed.path == path
            if not is_own and name in own:
                continue  # another file's copy of a policy that stands here too
            for rules in _rules(placed.manifest):
                if (name, rules.words, rules.value) in seen:
                    continue
                seen.add((name, rules.words, rules.value))
                (rows if is_own else elsewhere).add(
                    called(pod.manifest),
                    "network",
                    f"{rules.words}, by {name}",
                    pod.cursor(),
                    holds=rules.holds,
                    value=rules.value,
                    decided=rules.at,
                    path="" if is_own else placed.path,
                )


class _Policies:
    """Network policies by namespace and by a label that each asks for: most choose few of many workloads."""

    def __init__(self, policies: Sequence[Placed]) -> None:
        self._by_label: dict[tuple[str, str | None, str | None], list[tuple[int, Placed]]] = {}
        for number, one in enumerate(policies):
            wanted = one.manifest.cursor("spec", "podSelector", "matchLabels").value
            members = wanted.items() if isinstance(wanted, dict) else ()
            label = next(((key, value) for key, value in members if isinstance(value, str)), (None, None))
            self._by_label.setdefault((one.manifest.namespace, *label), []).append((number, one))

    def of(self, pod: Pod[Manifest], labels: dict[str, Any]) -> list[Placed]:
        """Those that choose the pods of an object, in their order."""
        asked: list[tuple[str | None, str | None]] = [(None, None)]
        asked += [(key, value) for key, value in labels.items() if isinstance(value, str)]
        near = [one for label in asked for one in self._by_label.get((pod.manifest.namespace, *label), ())]
        return [one for _, one in sorted(near, key=lambda each: each[0]) if _is_for(one.manifest, pod, labels)]


def _is_for(policy: Manifest, pod: Pod[Manifest], labels: dict[str, Any]) -> bool:
    """Whether a policy chooses the pods of an object: those of its own namespace with the labels that it asks for."""
    return policy.namespace == pod.manifest.namespace and _selects(policy, labels)


def _rules(policy: Manifest) -> Iterator[_Rules]:
    """What a policy says of each way that it speaks of.

    NetworkPolicySpec: without `policyTypes` it speaks of ingress, and of egress where it has rules for it.
    """
    types = policy.cursor("spec", "policyTypes")
    named = set(types.texts)
    for way, type_, peers in _WAYS:
        listed = policy.cursor("spec", way)
        spoken_of = type_ in named if types.value else way == "ingress" or bool(listed.value)
        if not spoken_of or policy.cursor("spec").value is None:
            continue
        if not are_rules(listed):
            continue
        yield _judged(way, listed, peers, types)


def are_rules(listed: Cursor) -> bool:
    """Whether a list holds rules and nothing else; an empty rule and no list at all are some, too."""
    if listed.value is None:
        return True
    return isinstance(listed.value, list) and all(one is None or isinstance(one, dict) for one in listed.value)


def _judged(way: _Way, listed: Cursor, peers: str, types: Cursor) -> _Rules:
    if not listed.value:
        return _Rules(way, "denied", listed if listed.value is not None else types)
    doubtful = None
    for rule in listed.elements():
        opening = _opening(rule, peers)
        if opening is None:
            continue
        at, whom, wide = opening
        only = _ports(rule)
        told = f"{whom}, {'ports ' + ', '.join(only) if only else 'every port'}"
        if way == "egress" and only and _DNS.issuperset(only):
            continue  # names are looked up, nothing more
        if wide:
            doubtful = doubtful or _Rules(way, "wide", at, told)
        elif whom == _WHOLE_CLUSTER and only:
            doubtful = doubtful or _Rules(way, "shared", at, told)
        else:
            return _Rules(way, "open", at, told)
    return doubtful or _Rules(way, "limited", listed)


def _opening(rule: Cursor, peers: str) -> tuple[Cursor, str, bool] | None:
    """Where a rule lets everybody through, whom, and whether that is only a great part of all addresses.

    It names no peers, every address (in one range or in several), or every pod of the cluster.
    """
    listed = rule.down(peers)
    if not listed.value:  # NetworkPolicyIngressRule, NetworkPolicyEgressRule: empty or missing means all of them
        return rule, "anybody", False
    for peer in listed.rows():
        block = peer.down("ipBlock", "cidr")
        if reach([block.text]) == "every":
            spared = ", ".join(excerpt(one, 50) for one in peer.down("ipBlock", "except").texts[:5])
            return block, f"{block.text} but for {spared}" if spared else f"{block.text}", False
        namespaces = peer.down("namespaceSelector")
        if namespaces.value == {} and not peer.down("podSelector").value:
            return namespaces, _WHOLE_CLUSTER, False
    blocks = [block for peer in listed.rows() if (block := peer.down("ipBlock", "cidr")).text]
    reached = reach(block.text for block in blocks)
    if reached is None:
        return None
    return blocks[0], ", ".join(excerpt(block.text or "", 50) for block in blocks[:5]), reached == "much"


def _ports(rule: Cursor) -> list[str]:
    return [excerpt(str(one.value), 20) for each in rule.down("ports").rows() if (one := each.down("port")).value]


def _chosen(selector: Cursor) -> str:
    """The pods that a policy chooses, in words."""
    if not selector.value:
        return _ALL
    labels = selector.down("matchLabels").value
    if isinstance(labels, dict) and labels and not selector.down("matchExpressions").value:
        return "pods with " + ", ".join(f"{excerpt(str(key), 60)}={excerpt(str(labels[key]), 60)}" for key in labels)
    return "pods that its selector chooses"


def _labels(pod: Pod[Manifest]) -> dict[str, Any] | None:
    """Labels of the pods that an object makes: beside their description; None where they are not told."""
    above = (*pod.at[:-1], "metadata", "labels")
    labels = pod.manifest.cursor(*above).value if pod.at[-1:] == ("spec",) else None
    return labels if isinstance(labels, dict) else None


def _selects(policy: Manifest, labels: dict[str, Any]) -> bool:
    """Whether a policy's selector takes pods with these labels; not, where what it asks for is not understood."""
    selector = policy.cursor("spec", "podSelector")
    if selector.value is not None and not isinstance(selector.value, dict):
        return False
    wanted = selector.down("matchLabels")
    if any(labels.get(one.key) != one.value for one in wanted.members()):
        return False
    if wanted.value is not None and not isinstance(wanted.value, dict):
        return False
    return all(_meets(one, labels) for one in selector.down("matchExpressions").elements())


def _meets(expression: Cursor, labels: dict[str, Any]) -> bool:
    """LabelSelectorRequirement: In, NotIn, Exists, DoesNotExist."""
    key, operator, values = (
        expression.down("key").text,
        expression.down("operator").text,
        expression.down("values").texts,
    )
    if key is None:
        return False
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) is (operator == "Exists") if operator in {"Exists", "DoesNotExist"} else False
