"""How each test was made, in an auditor's words: the procedure, the method as OSCAL names it, the population.

One table for every rendering. What a program does here is to read and compare records, so the method is never
"TEST" (nothing of the system is exercised) and never "INTERVIEW" (nobody is asked); see NIST SP 800-53A, 2.4.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Literal

from tieout.assess.selection import artefact_of
from tieout.domain.artefacts import ARTEFACT_TITLES
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.assessment import CheckResult
from tieout.domain.rules import Check
from tieout.domain.verdicts import Verdict

Method = Literal["EXAMINE", "INTERVIEW", "TEST", "UNKNOWN"]


class Procedure(StrEnum):
    """What was done to get the result, as audit standards name it (AS 1105.15 to .21)."""

    DOCUMENT = "Inspection of a document"
    RECORD = "Inspection of a record"
    REGISTER = "Inspection of a register"
    CONFIGURATION = "Inspection of configuration"
    RECALCULATION = "Recalculation"
    ANALYTICAL = "Analytical procedure over the whole log"
    RECONCILIATION = "Reconciliation between sources"
    COMPLETENESS = "Completeness of the evidence"
    INQUIRY = "Inquiry: not performed"
    NONE = "None: not tested"


_BY_PREDICATE: Final[dict[str, Procedure]] = {
    "accountable": Procedure.REGISTER,
    "agree": Procedure.RECONCILIATION,
    "all_linked": Procedure.RECONCILIATION,
    "approved_doc": Procedure.DOCUMENT,
    "attested": Procedure.INQUIRY,
    "authorised": Procedure.RECONCILIATION,
    "data_resolves": Procedure.RECONCILIATION,
    "deployed_match": Procedure.RECONCILIATION,
    "extent": Procedure.COMPLETENESS,
    "fell_back": Procedure.ANALYTICAL,
    "fields_present": Procedure.ANALYTICAL,
    "limits_judge": Procedure.DOCUMENT,
    "one_truth": Procedure.RECONCILIATION,
    "ordered": Procedure.RECALCULATION,
    "owned_paths": Procedure.RECONCILIATION,
    "period_cover": Procedure.ANALYTICAL,
    "recent": Procedure.RECORD,
    "recomputes": Procedure.RECALCULATION,
    "rows_current": Procedure.REGISTER,
    "runs_complete": Procedure.RECORD,
    "set_before": Procedure.RECONCILIATION,
    "sla": Procedure.RECALCULATION,
    "threshold": Procedure.RECALCULATION,
    "treated": Procedure.REGISTER,
    "triggers": Procedure.RECONCILIATION,
    "undiverted": Procedure.CONFIGURATION,
    "untested": Procedure.NONE,
    "watched": Procedure.CONFIGURATION,
    "within_target": Procedure.RECORD,
}
#: Predicates that read whatever artefact their rule names, as `every` does.
_BY_ARTEFACT: Final[dict[str, Procedure]] = {
    "alert_rules": Procedure.CONFIGURATION,
    "codeowners": Procedure.CONFIGURATION,
    "flag_config": Procedure.CONFIGURATION,
    "gateway_config": Procedure.CONFIGURATION,
    "inventory": Procedure.REGISTER,
    "risk_register": Procedure.REGISTER,
    "roster": Procedure.REGISTER,
    "incident_log": Procedure.REGISTER,
    "drill_record": Procedure.RECORD,
    "eval_results": Procedure.RECORD,
    "release_record": Procedure.RECORD,
    "telemetry": Procedure.ANALYTICAL,
}
#: Nothing could be judged, so nothing was tested.
_NOT_PERFORMED: Final = frozenset({Verdict.UNREADABLE, Verdict.NOT_ASSESSED})


def procedure_of(predicate: str, check: Check | None = None) -> Procedure:
    """The procedure of a test.

    Args:
        predicate: Its predicate, or the name of a test that the engine adds.
        check: The test as its rule has it, for predicates that read whatever the rule names.
    """
    known = _BY_PREDICATE.get(predicate)
    if known is not None:
        return known
    if check is None:
        return Procedure.COMPLETENESS  # what the engine adds speaks of the evidence as a whole
    target = check.arguments.get("in", check.arguments.get("of"))
    artefact = artefact_of(target) if isinstance(target, str) else ""
    return _BY_ARTEFACT.get(artefact, Procedure.DOCUMENT)


def method_of(predicate: str) -> Method:
    """The method of a test as OSCAL and NIST SP 800-53A name it; what was not tested has none."""
    return "UNKNOWN" if procedure_of(predicate) is Procedure.NONE else "EXAMINE"


def population_of(check: Check | None, result: CheckResult, logs: Sequence[Telemetry] = ()) -> str:
    """How many there were and how many were tested; empty where a test has no population.

    Args:
        check: The test as its rule has it.
        result: What came out, with the values that it saw.
        logs: The logs that it stands on.
    """
    if result.predicate in {"attested", "untested"}:
        return ""
    if result.verdict in _NOT_PERFORMED:
        return "Not performed: there was nothing that could be tested"
    count = _COUNTS.get(result.predicate)
    found = count(check.arguments if check else {}, result.seen, logs) if count else None
    if found is None:
        return ""
    number, noun = found
    return f"Population {number:,} ({noun})" + (", all tested" if number else "")


_Arguments = Mapping[str, Any]
_Found = tuple[int, str] | None


def _number(seen: _Arguments, name: str, noun: str) -> _Found:
    value = seen.get(name)
    return (value, noun) if isinstance(value, int) and not isinstance(value, bool) else None


def _every(given: _Arguments, seen: _Arguments, _: Sequence[Telemetry]) -> _Found:
    artefact, _dot, path = str(given.get("in", "")).partition(".")
    title = ARTEFACT_TITLES.get(artefact, artefact.replace("_", " "))
    return _number(seen, "population", path.replace(".", " ").replace("_", " ") or title)


def _seen(name: str, noun: str) -> Callable[[_Arguments, _Arguments, Sequence[Telemetry]], _Found]:
    return lambda _given, seen, _logs: _number(seen, name, noun)


def _treated(_: _Arguments, seen: _Arguments, _logs: Sequence[Telemetry]) -> _Found:
    return _number(seen, "rows", f"rows, {seen.get('above_tolerance', 0)} of them open and above tolerance")


def _roles(given: _Arguments, _: _Arguments, _logs: Sequence[Telemetry]) -> _Found:
    roles = given.get("roles")
    return (len(roles), "roles") if isinstance(roles, (list, tuple)) else None


def _switches(_: _Arguments, seen: _Arguments, _logs: Sequence[Telemetry]) -> _Found:
    people = seen.get("people")
    return (len(people), "switches") if isinstance(people, Mapping) else None


def _records(_: _Arguments, _seen: _Arguments, logs: Sequence[Telemetry]) -> _Found:
    return (sum(log.in_period for log in logs), "log records of the period") if logs else None


def _days(_: _Arguments, _seen: _Arguments, logs: Sequence[Telemetry]) -> _Found:
    return (sum(log.days_in_period for log in logs), "days of the period") if logs else None


_COUNTS: Final[dict[str, Callable[[_Arguments, _Arguments, Sequence[Telemetry]], _Found]]] = {
    "accountable": _roles,
    "all_linked": _seen("population", "names"),
    "authorised": _switches,
    "data_resolves": _seen("runs", "finished runs"),
    "every": _every,
    "fell_back": _records,
    "fields_present": _records,
    "limits_judge": _seen("criteria", "acceptance criteria"),
    "ordered": _seen("population", "open risks"),
    "owned_paths": _seen("population", "governed paths"),
    "period_cover": _days,
    "recomputes": _seen("rows", "rows"),
    "rows_current": _seen("population", "rows"),
    "runs_complete": _seen("runs", "finished runs"),
    "set_before": _seen("runs", "runs"),
    "sla": _seen("population", "entries"),
    "treated": _treated,
    "triggers": _seen("population", "names"),
    "watched": _seen("rules", "alert rules"),
}
