"""Builds the retention block of a packet from the configuration and the shipped schedule."""

from tieout.config.model import ProjectConfig, RetentionSection
from tieout.domain.collection import Subject
from tieout.domain.retention import AppliedRule, Hold, RetentionBlock
from tieout.domain.retention_rules import Disposition, RetentionRule, apply
from tieout.frameworks.retention_schedule import load_schedule
from tieout.kernel.bundle import bundled


def retention_block(config: ProjectConfig, subject: Subject, record_id: str) -> RetentionBlock:
    """What the chosen rules say of this packet.

    Raises:
        UsageError: A rule or a trigger is not in the schedule.
    """
    section = config.retention
    schedule = load_schedule(bundled("controls") / "retention")
    rules = schedule.select(section.rules)
    schedule.check_triggers(section.trigger_dates)
    disposition = apply(rules, trigger_dates=section.trigger_dates)
    release = f", release {subject.release}" if subject.release else ""
    return RetentionBlock(
        record_id=record_id,
        record_series=section.record_series,
        title=f"AI RMF evidence packet: {subject.name}{release}",
        rules=_applied(rules, disposition, section),
        floor_until=disposition.floor_until,
        destroy_due=disposition.destroy_due,
        destroy_mandatory=disposition.destroy_mandatory,
        conflicts=disposition.conflicts,
        hold=Hold(**section.hold.model_dump()) if section.hold else None,
        custodian=section.custodian,
        records_officer=section.records_officer,
        marking=section.marking,
    )


def _applied(
    rules: tuple[RetentionRule, ...], disposition: Disposition, section: RetentionSection
) -> tuple[AppliedRule, ...]:
    return tuple(
        AppliedRule(
            rule=rule.id,
            authority=rule.authority,
            what=rule.what,
            trigger=rule.trigger,
            trigger_date=section.trigger_dates.get(rule.trigger),
            period="permanent" if rule.permanent else rule.period,
            action=rule.action.value,
            counted=outcome.counted,
            outcome=outcome.reason,
            note=rule.note,
            longer_ok=rule.longer_ok,
        )
        for rule, outcome in zip(rules, disposition.outcomes, strict=True)
    )
