"""The public façade: what a program that embeds tieout may call, and nothing else."""

from tieout.config.load import read_config
from tieout.config.schema import config_schema
from tieout.domain.assessment import Assessment, CheckResult, ControlResult, RuleResult
from tieout.domain.catalog import Catalog, Control
from tieout.domain.collection import Collection, Period, Problem, SourceResult, Subject
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Severity, Verdict
from tieout.kernel.errors import ExitCode, TieoutError
from tieout.pipeline.assessing import assess, last_assessment, load_controls
from tieout.pipeline.bag import demand_place
from tieout.pipeline.collecting import Planned, collect, plan
from tieout.pipeline.options import RunOptions
from tieout.pipeline.packing import Packed, pack
from tieout.pipeline.snapshot import snapshot
from tieout.pipeline.target import parse_period
from tieout.pipeline.verifying import Verification, verify_packet
from tieout.pipeline.workspace import Workspace

__all__ = [
    "Assessment",
    "Catalog",
    "CheckResult",
    "Collection",
    "Control",
    "ControlResult",
    "EvidenceItem",
    "ExitCode",
    "Packed",
    "Period",
    "Place",
    "Planned",
    "Problem",
    "Rule",
    "RuleResult",
    "RunOptions",
    "Severity",
    "SourceResult",
    "Subject",
    "TieoutError",
    "Verdict",
    "Verification",
    "Workspace",
    "assess",
    "collect",
    "config_schema",
    "demand_place",
    "last_assessment",
    "load_controls",
    "pack",
    "parse_period",
    "plan",
    "read_config",
    "snapshot",
    "verify_packet",
]
