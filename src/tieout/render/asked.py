"""A test in one plain sentence, with the limits and fields that its rule gives it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tieout.assess.predicates import PREDICATES
from tieout.assess.wording import conditions, plain
from tieout.domain.artefacts import ARTEFACT_TITLES
from tieout.domain.assessment import CheckResult
from tieout.domain.retention import in_words
from tieout.domain.rules import Check
from tieout.render.words import ADDED_TESTS

_Arguments = Mapping[str, Any]


def asked(check: Check | None, result: CheckResult) -> str:
    """What a test asks; in its predicate's own words where the rule adds nothing to them."""
    name = check.predicate if check else result.predicate
    predicate = PREDICATES.get(name)
    general = ADDED_TESTS.get(name) or (predicate.summary if predicate else name.replace("_", " "))
    if check is None:
        return general
    meaning = check.arguments.get("meaning")
    worded = _SENTENCES.get(name)
    if worded is None:
        return f"{meaning[0].upper()}{meaning[1:]}." if isinstance(meaning, str) and meaning else general
    try:
        return worded(check.arguments)
    except (KeyError, TypeError, ValueError):
        return general  # a rule from elsewhere may say it otherwise; the rules as run show how


def _every(given: _Arguments) -> str:
    has = (given["has"],) if isinstance(given.get("has"), str) else given.get("has", ())
    wanted = [f"{_words(field)} filled" for field in has]
    wanted += [f"{_words(field)} {plain(value)}" for field, value in given.get("equals", {}).items()]
    artefact, _, path = given["in"].partition(".")
    what = f"Every one of the {_words(path)} of the {_title(artefact)}" if path else f"Each {_title(artefact)}"
    return f"{what}{_where(given)} has {_listed(wanted)}; none at all is a gap."


def _recent(given: _Arguments) -> str:
    return f"The newest {_title(given['of'])}{_where(given)} is no older than {in_words(given['within'])}."


def _within_target(given: _Arguments) -> str:
    return (
        f"The newest drill record{_where(given)} passed, names who took part, and measured a time no longer than "
        "its target."
    )


def _at_least(given: _Arguments) -> str:
    return f"At least {given['count']}: {given['meaning']}."


def _agree(given: _Arguments) -> str:
    return f"The {given['meaning']} are the same; if they are not, it is a conflict and both are shown."


def _threshold(given: _Arguments) -> str:
    return (
        f"Every acceptance criterion for {_listed(given['areas'])} is met by the bound of its measurement, and was "
        "set before it."
    )


def _fields(given: _Arguments) -> str:
    share = f"{float(given.get('at_least', 0.99)):.0%}".replace("%", " %")
    return f"At least {share} of the log's records in the period have {_listed(map(_words, given['fields']))}."


def _accountable(given: _Arguments) -> str:
    deputy = ", and a deputy who is someone else" if given.get("deputy", True) else ""
    return f"Each of {_listed(map(_words, given['roles']))} has exactly one active person{deputy}."


def _authorised(given: _Arguments) -> str:
    return f"At least {given.get('people', 2)} different active people of the roster may throw each kill switch."


def _sla(given: _Arguments) -> str:
    return (
        f"Each entry's time from {_words(given['start'])} to {_words(given['end'])} is at most "
        f"{in_words(given['within'])}; open ones past it count as failures."
    )


def _watched(given: _Arguments) -> str:
    return f"Each of {_listed(given['behaviours'])} has an alert rule whose expression reads a metric of it."


def _approved(given: _Arguments) -> str:
    return (
        f"The {_title(given['of'])} is filled in, and approved after its last change by someone other than its owner, "
        "and not overdue."
    )


_SENTENCES: Final[dict[str, Callable[[_Arguments], str]]] = {
    "accountable": _accountable,
    "agree": _agree,
    "approved_doc": _approved,
    "at_least": _at_least,
    "authorised": _authorised,
    "every": _every,
    "fields_present": _fields,
    "recent": _recent,
    "sla": _sla,
    "threshold": _threshold,
    "watched": _watched,
    "within_target": _within_target,
}


def _title(artefact: str) -> str:
    return ARTEFACT_TITLES[artefact]


def _words(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def _where(given: _Arguments) -> str:
    return f" ({conditions(given['where']).replace('_', ' ')})" if given.get("where") else ""


def _listed(parts: Any) -> str:
    """`a, b and c`."""
    words: Sequence[str] = [str(part) for part in parts]
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
