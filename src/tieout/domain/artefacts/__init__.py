"""Artefacts: the typed, normalised fact sheets that rules may cite, one model a name."""

from tieout.domain.artefacts.attestations import AttachedDocument, Attestation
from tieout.domain.artefacts.components import Mlbom, ModelRegistry
from tieout.domain.artefacts.configuration import AlertRules, FlagConfig, GatewayConfig, RuntimeSettings
from tieout.domain.artefacts.forge import (
    BranchProtection,
    ChangeReviews,
    CiRuns,
    DeploymentEnvironments,
    ForgeReleases,
    RbacExport,
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
    ReleaseRecord,
    RiskRegister,
    Roster,
    SystemProfile,
)
from tieout.domain.artefacts.repository import CodeOwners, DatasetCard, GitHistory, RepositoryTree, SystemCard
from tieout.domain.artefacts.results import EvalResults
from tieout.domain.artefacts.scans import CodeTests, RedteamReport, SecurityScan
from tieout.domain.artefacts.titles import ARTEFACT_TITLES, PLURAL_ARTEFACTS, spoken, title_of
from tieout.domain.base import Model

#: Every artefact name a rule, a need or a source's `provides` may use.
ARTEFACTS: dict[str, type[Model]] = {
    "acceptance_criteria": AcceptanceCriteria,
    "alert_rules": AlertRules,
    "approved_record": ApprovedRecord,
    "attestation": Attestation,
    "branch_protection": BranchProtection,
    "change_reviews": ChangeReviews,
    "ci_runs": CiRuns,
    "codeowners": CodeOwners,
    "dataset_card": DatasetCard,
    "deployment_environments": DeploymentEnvironments,
    "document": AttachedDocument,
    "drift_series": DriftSeries,
    "drill_record": DrillRecord,
    "energy_report": EnergyReport,
    "eval_results": EvalResults,
    "fairness_report": FairnessReport,
    "flag_config": FlagConfig,
    "forge_releases": ForgeReleases,
    "gateway_config": GatewayConfig,
    "git_history": GitHistory,
    "incident_log": IncidentLog,
    "inventory": Inventory,
    "load_test": LoadTest,
    "mlbom": Mlbom,
    "model_registry": ModelRegistry,
    "rbac_export": RbacExport,
    "redteam_report": RedteamReport,
    "release_record": ReleaseRecord,
    "repository_tree": RepositoryTree,
    "risk_register": RiskRegister,
    "roster": Roster,
    "runtime_settings": RuntimeSettings,
    "security_alerts": SecurityAlerts,
    "security_scan": SecurityScan,
    "system_card": SystemCard,
    "system_profile": SystemProfile,
    "telemetry": Telemetry,
    "test_report": CodeTests,
}

#: What a person may write down. Other artefacts are measured: a hand-written one would be a forgery.
RECORD_TYPES = frozenset(name for name, model in ARTEFACTS.items() if model.__module__ == ApprovedRecord.__module__) | {
    "dataset_card",
    "system_card",
}

__all__ = ["ARTEFACTS", "ARTEFACT_TITLES", "PLURAL_ARTEFACTS", "RECORD_TYPES", "spoken", "title_of"]
