"""Checks that a Portkey config puts before and after its requests, as guardrails."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.guarding import Check, against, guardrails
from tieout.collectors.config.guardrail_parts.checks import Action
from tieout.collectors.config.interface import Found
from tieout.collectors.config.said_off import said_off
from tieout.collectors.config.taking import Taking
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

#: Key of a config -> where its checks look. Both spellings are read.
_STAGES: Final = {
    "before_request_hooks": "input",
    "input_guardrails": "input",
    "input_mutators": "input",
    "default_input_guardrails": "input",
    "after_request_hooks": "output",
    "output_guardrails": "output",
    "output_mutators": "output",
    "default_output_guardrails": "output",
}
#: Members of a check's entry that are no checks: how it acts.
_ACTIONS: Final = frozenset(
    {"async", "deny", "feedback", "guardrail_version_id", "id", "name", "on_fail", "on_success", "sequential", "type"}
)
_MUTATOR: Final = "mutator"
_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Hook:
    """One entry: an id that is resolved elsewhere, or checks with what is done about them.

    Attributes:
        at: Where it stands.
        stage: Where it looks.
        everywhere: Whether every request passes it.
        changes: Whether it changes what passes.
    """

    at: Cursor
    stage: str
    everywhere: bool
    changes: bool


def guards_of(config: Cursor, taking: Taking, *, part: str, product: str) -> list[Found]:
    """The guardrails of a config and its targets."""
    rows = [row for hook in _hooks(config, taking) for row in _checks(hook, taking)]
    if len(rows) > _MOST:
        taking.drop(config, f"more than {_MOST:,} checks stand here; the rest is not taken")
        rows = rows[:_MOST]
    return guardrails(product, rows, taking, part)


def _hooks(at: Cursor, taking: Taking, *, top: bool = True) -> Iterator[_Hook]:
    """Entries of a group and of its targets: a target's own take the place of those above it at that stage."""
    off = said_off(at)
    if off and (_replaced(at) or any(_either(at, key).value for key in _STAGES)):
        taking.drop(off[0], f"the checks of a config or a target cannot be judged: {off[1]}")
    if off:
        return
    replaced = _replaced(at)
    for key, stage in _STAGES.items():
        place = _either(at, key)
        for one in place.elements():
            changes = key.endswith("mutators") or one.down("type").text == _MUTATOR
            yield _Hook(one, stage, everywhere=top and stage not in replaced, changes=changes)
    for target in at.down("targets").rows():
        yield from _hooks(target, taking, top=False)


def _replaced(at: Cursor) -> set[str]:
    """Stages at which a target somewhere below has checks of its own."""
    found: set[str] = set()
    for target in at.down("targets").rows():
        found |= {stage for key, stage in _STAGES.items() if _either(target, key).value} | _replaced(target)
    return found


def _checks(hook: _Hook, taking: Taking) -> Iterator[Check]:
    at = hook.at
    if at.text is not None:
        yield _check(hook, at, at.text, None)
        return
    if not isinstance(at.value, dict):
        taking.note(at, "an entry of the checks is neither a name nor a mapping, so it does not count")
        return
    if off := said_off(at):
        taking.drop(off[0], f"an entry of the checks cannot be judged: {off[1]}")
        return
    named = [(one.down("id").text or "", one) for one in at.down("checks").rows()]
    if at.down("checks").value is None:
        named = [(one.key, one) for one in at.members() if one.key not in _ACTIONS and isinstance(one.value, dict)]
    own = at.down("id").text or ""
    if not named and own:
        yield _check(hook, at, own, None)
    for check, place in named:
        if place.down("is_enabled").value is False:
            taking.note(place, f"the check '{excerpt(check)}' is switched off, so it does not count")
            continue
        if off := said_off(place, own="is_enabled"):
            taking.drop(off[0], f"the check '{excerpt(check)}' cannot be judged: {off[1]}")
            continue
        yield _check(hook, place, check or own or "a check without a name", _action(hook, at, place), own)


def _check(hook: _Hook, at: Cursor, name: str, action: Action | None, also: str = "") -> Check:
    return Check(at, name, against(name, also), (hook.stage,), action, hook.everywhere)


def _action(hook: _Hook, at: Cursor, check: Cursor) -> Action | None:
    """What is done with a hit. It is let through unless `deny` says no; beside the request nothing can be stopped."""
    if hook.changes or check.down("parameters", "redact").value is True or check.down("redact").value is True:
        return "mask"
    deny = at.down("deny").value
    if deny is not None and not isinstance(deny, bool):
        return None
    return "block" if deny and at.down("async").value is not True else "flag"


def _either(at: Cursor, key: str) -> Cursor:
    first, *rest = key.split("_")
    return at.first(key, first + "".join(word.title() for word in rest))
