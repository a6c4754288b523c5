"""Writes the assessment plan: one activity a rule, what it is run on, and what is left out."""

import json
from collections.abc import Iterator
from typing import Final

from tieout.assess.asking import asked
from tieout.domain.rules import Check, Rule
from tieout.kernel.clock import rfc3339
from tieout.oscal.components import subjects, tool_component, tool_uuid
from tieout.oscal.metadata import metadata
from tieout.oscal.models.assessment_common import (
    Activity,
    AssessmentAssets,
    AssessmentPlatform,
    AssessmentSubjectWithIncludeSubjects,
    AssociatedActivity,
    EventTimingWithOnDate,
    ImportSsp,
    OnDateCondition,
    ReviewedControls,
    Step,
    Task,
    TaskDependency,
    UsesComponent,
)
from tieout.oscal.models.assessment_plan import (
    AssessmentPlan,
    Document,
    LocalDefinitions,
)
from tieout.oscal.models.metadata import Property
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.review import reviewed_controls, selection, tested_controls
from tieout.oscal.text import line, paragraphs, prose
from tieout.oscal.vocabulary import own, trestle

#: NIST SP 800-53A: examine is to review and analyse records; tieout never exercises the system, so never "TEST".
METHOD: Final = "EXAMINE"
_SUBJECT: Final = "component"
_METHODOLOGY: Final = (
    "Evidence is read from the configured sources and compared with the rules. A subcategory is satisfied only when "
    "every check of each of its rules passed on current evidence of this system; a file's presence or a word in it "
    "is not enough. A limit is met by the bound of a measurement, not by its point."
)
_ASSUMPTIONS: Final = (
    "That the sources are those of the assessed system, and that nothing was taken out of them before they were read. "
    "What people wrote of themselves is a claim and is judged as one."
)
_BY_PROGRAM: Final = (
    "The results are made by a program. No assessor has examined the system, interviewed anybody or tested anything "
    "beyond what the steps say."
)
_UNCOMMITTED: Final = "The configuration was not committed, so nobody else can repeat this run exactly."


def assessment_plan(facts: PacketFacts, system_file: str) -> Document:
    """What would be run again to get the same results."""
    activities = [_activity(facts, rule) for rule in facts.rules.values()]
    return Document(
        assessment_plan=AssessmentPlan(
            uuid=facts.document_uuid("assessment-plan"),
            metadata=metadata(facts, "Assessment plan", remarks=_terms(facts)),
            import_ssp=ImportSsp(href=system_file),
            local_definitions=LocalDefinitions(activities=activities) if activities else None,
            reviewed_controls=reviewed_controls(facts),
            assessment_subjects=[_all_subjects(facts)],
            assessment_assets=_assets(facts),
            tasks=_tasks(facts),
        )
    )


def activity_uuid(facts: PacketFacts, rule_id: str) -> str:
    """UUID of the activity that applies a rule."""
    return facts.uuid("activity", rule_id)


def _activity(facts: PacketFacts, rule: Rule) -> Activity:
    return Activity(
        uuid=activity_uuid(facts, rule.id),
        title=line(rule.title),
        description=prose(rule.why),
        props=[
            Property(name="method", value=METHOD),
            trestle("assessment-rule-id", rule.id),
            own("severity", rule.severity.value),
        ],
        steps=list(_steps(facts, rule)) or None,
        related_controls=ReviewedControls(
            control_selections=[selection(facts.rule_controls(rule.id), "What the rule speaks for.")]
        ),
        remarks=paragraphs(
            f"Not tested by this rule: {'; '.join(rule.untested)}." if rule.untested else "",
            f"Source of the test: {rule.source}" if rule.source else "",
        )
        or None,
    )


def _steps(facts: PacketFacts, rule: Rule) -> Iterator[Step]:
    for number, check in enumerate(rule.checks, start=1):
        yield Step(
            uuid=facts.uuid("step", rule.id, str(number)),
            title=f"Check {number}",
            description=prose(asked(check.predicate, check)),
            props=[own("check-id", f"{rule.id}.{number}")],
            remarks=prose(f"In the rule: {_call(check)}"),
        )
    if rule.human:
        yield Step(
            uuid=facts.uuid("step", rule.id, "attested"),
            title=line(f"Signed statement of the {rule.human.role}"),
            description=prose(f"{asked('attested')} Wanted: “{rule.human.attests}”"),
            props=[own("owner-role", rule.human.role)],
        )


def _call(check: Check) -> str:
    """The check as the rule has it, for whoever runs it again."""
    return f"{check.predicate} {json.dumps(check.arguments, ensure_ascii=False, sort_keys=True)}"


def _terms(facts: PacketFacts) -> list[str]:
    """What is and is not looked at, and how.

    In remarks, because `terms-and-conditions` cannot be used: NIST's constraint on its parts
    (oscal-assesment-part-objective-cardinality, OSCAL 1.2.3) asks each of them for an objective's method.
    """
    tested, untested = tested_controls(facts)
    period = facts.assessment.period
    omitted = [f"{rule.id}: {'; '.join(rule.untested)}" for rule in facts.rules.values() if rule.untested]
    looked_at = (
        f"{len(tested)} subcategories through {len(facts.rules)} rules, for the period from {rfc3339(period.start)} "
        f"to {rfc3339(period.end)}, as of {facts.as_of}."
    )
    not_looked_at = (
        f"{len(untested)} subcategories that no rule tests yet, and whatever no configured source holds. "
        f"Left out by the rules themselves: {'; '.join(omitted) or 'nothing that they name'}."
    )
    return [
        f"How: {_METHODOLOGY}",
        f"What is looked at: {looked_at}",
        f"What is not looked at: {not_looked_at}",
        f"What is taken on trust: {_ASSUMPTIONS}",
        f"What a reader must know: {_BY_PROGRAM}",
        "" if facts.subject.configuration_committed else _UNCOMMITTED,
    ]


def _all_subjects(facts: PacketFacts) -> AssessmentSubjectWithIncludeSubjects:
    return AssessmentSubjectWithIncludeSubjects(
        type=_SUBJECT,
        description="The system, and the sources that it is looked at through.",
        include_subjects=subjects(facts),
    )


def _assets(facts: PacketFacts) -> AssessmentAssets:
    return AssessmentAssets(
        components=[tool_component(facts, with_rules=True)],
        assessment_platforms=[
            AssessmentPlatform(
                uuid=facts.uuid("platform"),
                title="The machine that tieout ran on",
                uses_components=[UsesComponent(component_uuid=tool_uuid(facts))],
                remarks="Which machine it was is not recorded here: the results do not depend on it.",
            )
        ],
    )


def _tasks(facts: PacketFacts) -> list[Task]:
    timing = EventTimingWithOnDate(on_date=OnDateCondition(date=facts.as_of))
    collect = facts.uuid("task", "collect")
    sources = len(facts.contents.collection.sources)
    return [
        Task(
            uuid=collect,
            type="action",
            title="Collect evidence",
            description=f"Read {sources} configured sources and keep what they hold with its digests.",
            timing=timing,
            subjects=[_all_subjects(facts)],
        ),
        Task(
            uuid=facts.uuid("task", "assess"),
            type="action",
            title="Apply the rules",
            description="Apply each rule to the collected evidence, and to nothing else.",
            timing=timing,
            dependencies=[TaskDependency(task_uuid=collect)],
            associated_activities=[
                AssociatedActivity(activity_uuid=activity_uuid(facts, rule_id), subjects=[_all_subjects(facts)])
                for rule_id in facts.rules
            ]
            or None,
        ),
    ]
