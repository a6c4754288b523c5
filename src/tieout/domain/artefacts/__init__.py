"""Artefacts: the typed, normalised fact sheets that rules may cite, one model a name."""

from tieout.domain.artefacts.configuration import AlertRules, FlagConfig, GatewayConfig
from tieout.domain.artefacts.logs import Telemetry
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
from tieout.domain.base import Model

#: Every artefact name a rule, a need or a source's `provides` may use.
ARTEFACTS: dict[str, type[Model]] = {
    "acceptance_criteria": AcceptanceCriteria,
    "alert_rules": AlertRules,
    "approved_record": ApprovedRecord,
    "codeowners": CodeOwners,
    "dataset_card": DatasetCard,
    "drill_record": DrillRecord,
    "eval_results": EvalResults,
    "flag_config": FlagConfig,
    "gateway_config": GatewayConfig,
    "git_history": GitHistory,
    "incident_log": IncidentLog,
    "inventory": Inventory,
    "release_record": ReleaseRecord,
    "repository_tree": RepositoryTree,
    "risk_register": RiskRegister,
    "roster": Roster,
    "system_card": SystemCard,
    "system_profile": SystemProfile,
    "telemetry": Telemetry,
}

#: What each name means to a reader, used in reasons, indexes and request lists.
ARTEFACT_TITLES: dict[str, str] = {
    "acceptance_criteria": "acceptance criteria",
    "alert_rules": "alert rules",
    "approved_record": "approved document",
    "codeowners": "code owners file",
    "dataset_card": "dataset card",
    "drill_record": "drill record",
    "eval_results": "evaluation results",
    "flag_config": "feature flags",
    "gateway_config": "gateway configuration",
    "git_history": "repository history",
    "incident_log": "incident log",
    "inventory": "AI inventory",
    "release_record": "release record",
    "repository_tree": "repository tree",
    "risk_register": "risk register",
    "roster": "roster of owners",
    "system_card": "system card",
    "system_profile": "system profile",
    "telemetry": "gateway or telemetry log",
}

#: Artefacts whose titles are plural, so that a sentence about them says `are` and no article goes before them.
PLURAL_ARTEFACTS = frozenset({"acceptance_criteria", "alert_rules", "eval_results", "flag_config"})

__all__ = ["ARTEFACTS", "ARTEFACT_TITLES", "PLURAL_ARTEFACTS"]
