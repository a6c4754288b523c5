"""Names of the program in words for people: artefacts, and whatever else has underscores where people have blanks."""

from typing import Final

from tieout.kernel.reading.masking import shown

#: What each artefact name means to a reader, used in reasons, indexes and request lists.
ARTEFACT_TITLES: Final[dict[str, str]] = {
    "acceptance_criteria": "acceptance criteria",
    "alert_rules": "alert rules",
    "approved_record": "approved document",
    "attestation": "attestation",
    "branch_protection": "protection of branches",
    "change_reviews": "reviews of merged changes",
    "ci_config": "configuration of continuous integration",
    "ci_runs": "runs of continuous integration",
    "codeowners": "code owners file",
    "container_config": "configuration of containers",
    "dataset_card": "dataset card",
    "decommission_record": "decommission record",
    "deployment_environments": "deployment environments",
    "document": "attached document",
    "drift_series": "drift report",
    "drill_record": "drill record",
    "energy_report": "energy report",
    "eval_results": "evaluation results",
    "fairness_report": "fairness report",
    "feedback_log": "feedback log",
    "flag_config": "feature flags",
    "forge_releases": "releases on the forge",
    "gateway_config": "gateway configuration",
    "git_history": "repository history",
    "guardrail_config": "guardrails as configured",
    "impact_assessment": "impact assessment",
    "incident_log": "incident log",
    "inventory": "AI inventory",
    "load_test": "load test",
    "meeting_record": "meeting record",
    "mlbom": "bill of materials",
    "model_registry": "model registry",
    "override_log": "override log",
    "rbac_export": "export of roles",
    "redteam_report": "red-team report",
    "release_record": "release record",
    "repository_tree": "repository tree",
    "retention_config": "retention settings",
    "risk_register": "risk register",
    "roster": "roster of owners",
    "runtime_settings": "runtime settings",
    "security_alerts": "security alerts",
    "security_config": "security settings",
    "security_scan": "security scan",
    "system_card": "system card",
    "system_profile": "system profile",
    "telemetry": "gateway or telemetry log",
    "telemetry_config": "routing of telemetry",
    "test_report": "test report",
    "training_export": "export of trainings",
    "vendor_file": "vendor file",
}

#: Artefacts whose titles are plural, so that a sentence about them says `are` and no article goes before them.
PLURAL_ARTEFACTS: Final = frozenset(
    {
        "acceptance_criteria",
        "alert_rules",
        "change_reviews",
        "ci_runs",
        "deployment_environments",
        "eval_results",
        "flag_config",
        "forge_releases",
        "guardrail_config",
        "retention_config",
        "runtime_settings",
        "security_alerts",
        "security_config",
    }
)

#: Names that their words alone do not explain.
_SPOKEN: Final = {
    "acknowledged": "acknowledgement",
    "closed": "closure",
    "contained": "containment",
    "detected": "detection",
    "due": "due date",
    "other_providers": "a fallback to another supplier",
    "pinned": "pinned to one version",
    "switchable": "a switch that changes something",
    "updated_on": "date of update",
}
_ACRONYMS: Final = {"ai": "AI", "id": "ID"}


def spoken(name: str) -> str:
    """A field, role, scenario or record type in words: `model changes`, `AI policy`, `due date`.

    It is masked first: a secret in words is not known for one any more.
    """
    words = shown(name).replace("_", " ").replace(".", " ").split()
    return _SPOKEN.get(name) or " ".join(_ACRONYMS.get(word, word) for word in words)


def title_of(declared: str) -> str:
    """An artefact as `provides` names it, in words: `drill record`, `approved document (AI policy)`."""
    artefact, _, record_type = declared.partition("/")
    title = ARTEFACT_TITLES.get(artefact) or spoken(artefact)
    return f"{title} ({spoken(record_type)})" if record_type else title
