"""Guards of Guardrails AI as JSON (a template of its server, an export of a guard) -> guardrail_config.

A validator's `onFail` says what it does with a hit: https://guardrailsai.com/docs/ (on-fail actions). Guards in Python
and in RAIL files are not read.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.collectors.config.guarding import against
from tieout.collectors.config.guardrail_parts.checks import Action, Checks
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_ACTIONS: Final[dict[str, Action]] = {
    "exception": "block",
    "filter": "block",
    "fix": "mask",
    "fix_reask": "mask",
    "noop": "flag",
    "refrain": "block",
}
_INPUTS: Final = frozenset({"instructions", "messages", "msg_history", "prompt"})


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(next(_guards(Cursor.top(document)), None) is not None for document in file.documents)


def _guards(top: Cursor) -> Iterator[Cursor]:
    """Guards with validators, alone or in a list; a validator has an id and says what it looks at, or what it does."""
    for guard in (top, *top.down("guards").rows(), *top.rows()):
        named = isinstance(guard.value, dict) and ("name" in guard.value or "id" in guard.value)
        if named and any(
            "id" in one.value and not one.value.keys().isdisjoint({"on", "onFail", "on_fail"})
            for one in guard.down("validators").rows()
        ):
            yield guard


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> list[Found]:
    checks = Checks("Guardrails AI")
    for document in file.documents:
        for guard in _guards(Cursor.top(document)):
            for validator in guard.down("validators").elements():
                _take(validator, guard, checks)
    return checks.rows.found()


def _take(validator: Cursor, guard: Cursor, checks: Checks) -> None:
    name = validator.down("id").text
    if name is None:
        checks.rows.drop(validator, "a validator cannot be judged: it has no 'id'")
        return
    looks = (validator.down("on").text or "output").partition(".")[0].lower()
    told = (validator.first("onFail", "on_fail").text or "noop").lower()
    called = f"{guard.first('name', 'id').text or 'a guard'}: {name}"
    stage = "input" if looks in _INPUTS else "output" if looks in {"output", "$"} else ""
    if told not in _ACTIONS:
        checks.rows.note(validator, f"what '{excerpt(name)}' does with a hit is not told by its 'onFail'")
    checks.add(
        validator,
        called,
        against(name.rpartition("/")[2]),
        (stage,),
        action=_ACTIONS.get(told),
        threshold=validator.down("kwargs", "threshold").number,
    )


READERS = (Reader("guardrails-ai", "Guardrails AI", ("guardrail_config",), _suits, _recognises, _read),)
