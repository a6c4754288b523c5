"""Artefacts: the typed, normalised fact sheets that rules may cite, one model a name."""

from tieout.domain.artefacts.configuration import AlertRules, FlagConfig, GatewayConfig, RuntimeSettings
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
from tieout.domain.artefacts.titles import ARTEFACT_TITLES, PLURAL_ARTEFACTS, spoken, title_of
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
    "runtime_settings": RuntimeSettings,
    "system_card": SystemCard,
    "system_profile": SystemProfile,
    "telemetry": Telemetry,
}

#: What a person may write down. Other artefacts are measured: a hand-written one would be a forgery.
RECORD_TYPES = frozenset(name for name, model in ARTEFACTS.items() if model.__module__ == ApprovedRecord.__module__) | {
    "dataset_card",
    "system_card",
}

__all__ = ["ARTEFACTS", "ARTEFACT_TITLES", "PLURAL_ARTEFACTS", "RECORD_TYPES", "spoken", "title_of"]
