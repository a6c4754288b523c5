"""The public façade: what a program that embeds tieout may call, and nothing else."""

from tieout.assess.asking import asked
from tieout.assess.limits import fault as limit_fault
from tieout.assess.people import name_fault
from tieout.collectors.base import Progress
from tieout.config.criteria import LIMIT_AREAS, LIMIT_FORM, parse_limit
from tieout.config.kinds import RECORDS
from tieout.config.load import read_config
from tieout.config.model import SYSTEM_ID
from tieout.config.proposed import ALWAYS_ASKED, PARTS, part_name
from tieout.config.records import record_example, record_schema, record_table
from tieout.config.schema import config_schema
from tieout.config.template import AREAS, Answers, render_config
from tieout.config.template_sources import unread_told
from tieout.domain.artefacts import title_of
from tieout.domain.artefacts.records import Criterion
from tieout.domain.assessment import Assessment, CheckResult, ControlResult, RuleResult
from tieout.domain.catalog import Catalog, Control
from tieout.domain.collection import Collection, Period, Problem, SourceResult, Subject
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.inspection import Answer, Fact, InspectedPlace, Inspection, inspection_schema
from tieout.domain.retention_rules import RetentionRule, RetentionSchedule
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Severity, Verdict
from tieout.frameworks.retention_schedule import load_schedule
from tieout.kernel.bundle import bundled
from tieout.kernel.errors import (
    ConfigError,
    ExitCode,
    NothingCollectedError,
    TieoutError,
    UnreadableError,
    UsageError,
    VerificationError,
)
from tieout.pipeline.adding_evidence import Added, Adding, add_evidence
from tieout.pipeline.archive import demand_archive_place
from tieout.pipeline.assessing import assess, last_assessment, load_controls
from tieout.pipeline.attesting import Attested, Attesting, attest
from tieout.pipeline.collecting import Planned, collect, plan
from tieout.pipeline.days import parse_days
from tieout.pipeline.inspecting import Refused, inspect_path, inspect_paths
from tieout.pipeline.moved import moved_since
from tieout.pipeline.options import RunOptions
from tieout.pipeline.packing import Packed, pack
from tieout.pipeline.place import demand_place
from tieout.pipeline.proposals import Proposals, propose, read_told, undeclared
from tieout.pipeline.snapshot import snapshot
from tieout.pipeline.target import parse_period
from tieout.pipeline.verifying import Verification, verify_packet
from tieout.pipeline.workspace import Workspace

__all__ = [
    "ALWAYS_ASKED",
    "AREAS",
    "LIMIT_AREAS",
    "LIMIT_FORM",
    "PARTS",
    "RECORDS",
    "SYSTEM_ID",
    "Added",
    "Adding",
    "Answer",
    "Answers",
    "Assessment",
    "Attested",
    "Attesting",
    "Catalog",
    "CheckResult",
    "Collection",
    "ConfigError",
    "Control",
    "ControlResult",
    "Criterion",
    "EvidenceItem",
    "ExitCode",
    "Fact",
    "InspectedPlace",
    "Inspection",
    "NothingCollectedError",
    "Packed",
    "Period",
    "Place",
    "Planned",
    "Problem",
    "Progress",
    "Proposals",
    "Refused",
    "RetentionRule",
    "RetentionSchedule",
    "Rule",
    "RuleResult",
    "RunOptions",
    "Severity",
    "SourceResult",
    "Subject",
    "TieoutError",
    "UnreadableError",
    "UsageError",
    "Verdict",
    "Verification",
    "VerificationError",
    "Workspace",
    "add_evidence",
    "asked",
    "assess",
    "attest",
    "collect",
    "config_schema",
    "demand_archive_place",
    "demand_place",
    "inspect_path",
    "inspect_paths",
    "inspection_schema",
    "last_assessment",
    "limit_fault",
    "load_controls",
    "moved_since",
    "name_fault",
    "pack",
    "parse_days",
    "parse_limit",
    "parse_period",
    "part_name",
    "plan",
    "propose",
    "read_config",
    "read_told",
    "record_example",
    "record_schema",
    "record_table",
    "render_config",
    "retention_schedule",
    "snapshot",
    "title_of",
    "undeclared",
    "unread_told",
    "verify_packet",
]


def retention_schedule() -> RetentionSchedule:
    """The retention rules that ship with tieout."""
    return load_schedule(bundled("controls") / "retention")
