"""Which controls are looked at: all of them, those with a rule and those that no rule tests apart."""

from tieout.oscal.models.assessment_common import (
    AssessedControlsWithIncludeControls,
    ReviewedControls,
    SelectControlById,
)
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.text import prose


def tested_controls(facts: PacketFacts) -> tuple[list[str], list[str]]:
    """OSCAL ids of the controls that a rule tests, and of the others, in the standard's order."""
    named = {label for rule in facts.rules.values() for label in rule.controls}
    controls = facts.contents.catalog.controls
    return (
        [control.id for control in controls if control.label in named],
        [control.id for control in controls if control.label not in named],
    )


def reviewed_controls(facts: PacketFacts) -> ReviewedControls:
    """Every control of the catalog, in one or two selections."""
    tested, untested = tested_controls(facts)
    total = len(tested) + len(untested)
    return ReviewedControls(
        description=prose(f"All {total} subcategories; a rule tests {len(tested)} of them."),
        control_selections=[
            selection(ids, words)
            for ids, words in (
                (tested, "Subcategories that at least one rule tests."),
                (untested, "Subcategories that no rule tests yet: named here, not assessed, never counted as met."),
            )
            if ids
        ],
    )


def selection(control_ids: list[str], description: str) -> AssessedControlsWithIncludeControls:
    """A selection of controls by id."""
    return AssessedControlsWithIncludeControls(
        description=prose(description),
        include_controls=[SelectControlById(control_id=control_id) for control_id in control_ids],
    )
