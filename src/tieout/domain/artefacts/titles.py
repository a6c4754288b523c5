"""Names of the program in words for people: artefacts, and whatever else has underscores where people have blanks."""

from typing import Final

from tieout.kernel.reading.masking import shown

#: What each artefact name means to a reader, used in reasons, indexes and request lists.
ARTEFACT_TITLES: Final[dict[str, str]] = {
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
    "runtime_settings": "runtime settings",
    "system_card": "system card",
    "system_profile": "system profile",
    "telemetry": "gateway or telemetry log",
}

#: Artefacts whose titles are plural, so that a sentence about them says `are` and no article goes before them.
PLURAL_ARTEFACTS: Final = frozenset(
    {"acceptance_criteria", "alert_rules", "eval_results", "flag_config", "runtime_settings"}
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
