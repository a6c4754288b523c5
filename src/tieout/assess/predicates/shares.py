"""The predicate about fields of a log: each stands in at least a share of all records."""

from fractions import Fraction

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.predicates.base import Arguments, Predicate, outcome
from tieout.assess.selection import select
from tieout.assess.wording import capitalised, clauses, counted, listed, number, share
from tieout.domain.artefacts import spoken
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict


class SharesArguments(Arguments):
    """Arguments of `fields_present`."""

    fields: tuple[str, ...] = Field(min_length=1)
    at_least: float = Field(default=0.99, gt=0, le=1)

    def artefacts(self) -> tuple[str, ...]:
        """The log."""
        return ("telemetry",)

    def asks(self) -> str:
        """Of each field."""
        fields = listed(spoken(field) for field in self.fields)
        if self.at_least == 1:
            return f"Every record of the log in the period has {fields}."
        return f"At least {share(self.at_least)} of the log's records in the period have {fields}."


def fields_present(context: Context, arguments: SharesArguments) -> CheckResult:
    """Each field stands in at least a share of all records of the period (counted, not sampled)."""
    supply = context.supply("telemetry")
    if supply.lack:
        return supply.lack
    faults: list[str] = []
    shares: dict[str, str] = {}
    found: dict[tuple[str, str], list[str]] = {}
    for item in supply.fresh:
        log = Telemetry.model_validate(item.facts)
        source = item.provenance.source
        if log.in_period <= 0:
            faults.append(f"{source} has no record in the period")
            continue
        counts = {count.name: count for count in log.fields}
        for field in arguments.fields:
            count = counts.get(field)
            if count is None or not count.shown:
                faults.append(f"a log of format {log.format} cannot show {spoken(field)}")
            elif count.present < Fraction(repr(arguments.at_least)) * log.in_period:
                faults.append(f"{source} has {spoken(field)} in {_of(count.present, log.in_period)}")
            else:
                shares[f"{source}: {field}"] = f"{count.present} of {log.in_period}"
                found.setdefault((source, _of(count.present, log.in_period)), []).append(spoken(field))
    judged = [hit for hit in select(supply.fresh, "telemetry.fields") if hit.value["name"] in arguments.fields]
    if faults:
        return outcome(
            "fields_present",
            Verdict.GAP,
            f"Fields are missing from the log ({share(arguments.at_least)} wanted): {clauses(faults)}.",
            items=supply.fresh,
            judged=judged,
            seen=shares,
        )
    told = [f"the log {source} has {listed(fields)} in {records}" for (source, records), fields in found.items()]
    return outcome(
        "fields_present",
        Verdict.SATISFIED,
        f"{capitalised(clauses(told))}.",
        items=supply.fresh,
        judged=judged,
        seen=shares,
    )


def _of(count: int, out_of: int) -> str:
    return f"{number(count)} of {counted(out_of, 'record')}"


PREDICATES = (Predicate("fields_present", SharesArguments, fields_present),)
