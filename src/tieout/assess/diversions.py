"""Runtime settings that may lead requests past a gateway's routes, so that what a rule read is not what runs."""

from typing import Final

from tieout.assess.context import Context
from tieout.assess.lacks import few
from tieout.assess.wording import spot
from tieout.domain.artefacts.configuration import RuntimeSettings
from tieout.domain.assessment import CheckResult
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict

#: Artefact whose facts the settings of a program may overrule, and the artefact that names those settings.
CONFIGURED: Final = "gateway_config"
SETTINGS: Final = "runtime_settings"


def diversions(context: Context, rule: Rule) -> list[CheckResult]:
    """Whether the settings that were collected may divert what a rule reads of a gateway.

    None where the rule reads no gateway, where there is none to read, or where no source is declared to give such
    settings. One that may
    divert makes the rule at most partial: its value is not read, so neither is where it leads.
    """
    if CONFIGURED not in rule.needs or not context.declared(SETTINGS) or context.supply(CONFIGURED).lack:
        return []
    supply = context.supply(SETTINGS)
    if supply.lack is not None:
        if supply.lack.verdict is Verdict.UNREADABLE:
            return []  # told with the other inputs that could not be read
        return [supply.lack.model_copy(update={"predicate": "undiverted", "verdict": Verdict.NOT_ASSESSED})]
    sheets = [(item, RuntimeSettings.model_validate(item.facts)) for item in supply.fresh]
    evidence = tuple(sorted(item.id for item in supply.fresh))
    found = [
        (setting.name, item.place(f"/settings/{index}"))
        for item, sheet in sheets
        for index, setting in enumerate(sheet.settings)
        if setting.may_divert
    ]
    if found:
        told = few(f"{name} ({spot(place)})" for name, place in found)
        return [
            CheckResult(
                predicate="undiverted",
                verdict=Verdict.PARTIAL,
                reason=f"Runtime settings may lead requests past the configured routes; values are not read: {told}.",
                evidence=evidence,
                places=tuple(place for _, place in found),
            )
        ]
    count = sum(len(sheet.settings) for _, sheet in sheets)
    they = f"None of the {count:,} runtime settings has" if count > 1 else "The one runtime setting does not have"
    return [
        CheckResult(
            predicate="undiverted",
            verdict=Verdict.SATISFIED,
            reason=f"{they} a name that is known to lead requests past the configured routes.",
            evidence=evidence,
            places=tuple(item.place("/settings/0") for item, _ in sheets),
        )
    ]
