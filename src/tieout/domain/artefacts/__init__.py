"""Artefacts: the typed, normalised fact sheets that rules may cite, one model a name."""

from tieout.domain.artefacts.access import RbacExport
from tieout.domain.artefacts.assessments import ImpactAssessment
from tieout.domain.artefacts.attestations import AttachedDocument, Attestation
from tieout.domain.artefacts.closing import DecommissionRecord
from tieout.domain.artefacts.components import Mlbom, ModelRegistry
from tieout.domain.artefacts.configuration import AlertRules, FlagConfig, GatewayConfig, RuntimeSettings
from tieout.domain.artefacts.delivery import CiConfig, ContainerConfig, TelemetryConfig
from tieout.domain.artefacts.engagement import FeedbackLog, MeetingRecord, OverrideLog
from tieout.domain.artefacts.forge import (
    BranchProtection,
    ChangeReviews,
    CiRuns,
    DeploymentEnvironments,
    ForgeReleases,
    SecurityAlerts,
)
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.artefacts.measurements import DriftSeries, EnergyReport, FairnessReport, LoadTest
from tieout.domain.artefacts.records import (
    AcceptanceCriteria,
    ApprovedRecord,
    DrillRecord,
    IncidentLog,
    Inventory,
    Record,
    ReleaseRecord,
    RiskRegister,
    Roster,
    SystemProfile,
)
from tieout.domain.artefacts.repository import CodeOwners, DatasetCard, GitHistory, RepositoryTree, SystemCard
from tieout.domain.artefacts.results import EvalResults
from tieout.domain.artefacts.safeguards import GuardrailConfig, RetentionConfig, SecurityConfig
from tieout.domain.artefacts.scans import CodeTests, RedteamReport, SecurityScan
from tieout.domain.artefacts.suppliers import VendorFile
from tieout.domain.artefacts.titles import ARTEFACT_TITLES, PLURAL_ARTEFACTS, spoken, title_of
from tieout.domain.artefacts.training import TrainingExport
from tieout.domain.base import Model

#: Every artefact name a rule, a need or a source's `provides` may use.
ARTEFACTS: dict[str, type[Model]] = {
    "acceptance_criteria": AcceptanceCriteria,
    "alert_rules": AlertRules,
    "approved_record": ApprovedRecord,
    "attestation": Attestation,
    "branch_protection": BranchProtection,
    "change_reviews": ChangeReviews,
    "ci_config": CiConfig,
    "ci_runs": CiRuns,
    "codeowners": CodeOwners,
    "container_config": ContainerConfig,
    "dataset_card": DatasetCard,
    "decommission_record": DecommissionRecord,
    "deployment_environments": DeploymentEnvironments,
    "document": AttachedDocument,
    "drift_series": DriftSeries,
    "drill_record": DrillRecord,
    "energy_report": EnergyReport,
    "eval_results": EvalResults,
    "fairness_report": FairnessReport,
    "feedback_log": FeedbackLog,
    "flag_config": FlagConfig,
    "forge_releases": ForgeReleases,
    "gateway_config": GatewayConfig,
    "git_history": GitHistory,
    "guardrail_config": GuardrailConfig,
    "impact_assessment": ImpactAssessment,
    "incident_log": IncidentLog,
    "inventory": Inventory,
    "load_test": LoadTest,
    "meeting_record": MeetingRecord,
    "mlbom": Mlbom,
    "model_registry": ModelRegistry,
    "override_log": OverrideLog,
    "rbac_export": RbacExport,
    "redteam_report": RedteamReport,
    "release_record": ReleaseRecord,
    "repository_tree": RepositoryTree,
    "retention_config": RetentionConfig,
    "risk_register": RiskRegister,
    "roster": Roster,
    "runtime_settings": RuntimeSettings,
    "security_alerts": SecurityAlerts,
    "security_config": SecurityConfig,
    "security_scan": SecurityScan,
    "system_card": SystemCard,
    "system_profile": SystemProfile,
    "telemetry": Telemetry,
    "telemetry_config": TelemetryConfig,
    "test_report": CodeTests,
    "training_export": TrainingExport,
    "vendor_file": VendorFile,
}

#: What a person may write down: whatever is a `Record`.
RECORD_TYPES = frozenset(name for name, model in ARTEFACTS.items() if issubclass(model, Record))

__all__ = ["ARTEFACTS", "ARTEFACT_TITLES", "PLURAL_ARTEFACTS", "RECORD_TYPES", "spoken", "title_of"]
