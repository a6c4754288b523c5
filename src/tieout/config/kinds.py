"""What sources of each built-in kind may say: formats, artefacts, options; a test holds it to the collectors.

A kind that a plugin reads has no entry: its options and formats are its own to check.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import Field, ValidationError

from tieout.domain.artefacts import ARTEFACTS, RECORD_TYPES
from tieout.domain.artefacts.logs import Meaning
from tieout.domain.base import Model

#: How a kind is spelt.
KIND_PATTERN = r"^[a-z][a-z0-9_-]{0,62}$"
#: Artefacts that a record may be, in the order in which they are listed.
RECORDS = tuple(sorted(RECORD_TYPES))
#: What stands in the same folders and is no record: what people sign, and documents as they are.
BESIDE_RECORDS = ("attestation", "document")
#: The share of a log's lines that may be unusable before the log counts as unreadable (a default of ours).
MAX_REJECT_SHARE = 0.01
#: The largest share of a log's lines that may be unusable; beyond it a log is no measurement any more.
MOST_REJECT_SHARE = 0.05


class NoOptions(Model):
    """Sources of this kind have no options."""


class GitOptions(Model):
    """Options of a git source."""

    governed: tuple[str, ...] = Field(
        default=(),
        description="patterns as in .gitignore: the paths that must have a code owner. Left out: what stands in model, "
        "prompt, evaluation and policy folders, and gateway, prompt, model and flag configuration. Set, the check is "
        "at most partial, and says so.",
    )


class ConfigOptions(Model):
    """Options of a configuration source."""

    map: dict[str, Any] | None = Field(
        default=None,
        description="a field map of your own: where a format that is not known here keeps what an artefact wants to "
        "know. See field-maps.md.",
    )


class LogOptions(Model):
    """Options of a log source."""

    max_reject_share: float = Field(
        default=MAX_REJECT_SHARE,
        ge=0,
        le=MOST_REJECT_SHARE,
        strict=True,
        description="share of the lines that may be unusable before the log counts as unreadable",
    )
    fields: dict[Meaning, Any] = Field(
        default_factory=dict,
        description="meaning -> name of the member, a list of names, or of {path, unit, failure, …}: a field map of "
        "your own, for logs of another format",
    )


class ForgeOptions(Model):
    """Options of a source that is a forge."""

    api: str | None = Field(
        default=None,
        # https for all but a server on this machine; no user-info, query or fragment.
        pattern=r"^(?:https://[A-Za-z0-9.-]+|http://(?:127\.0\.0\.1|localhost|\[::1\]))(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?$",
        max_length=300,
        description="address of the REST API, such as https://api.github.com or https://gitlab.com/api/v4: it is asked "
        "over the network, with the token of the environment. Left out, saved answers are read from `path`.",
    )
    repository: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)+$",
        max_length=500,
        description="OWNER/NAME, or the path of a GitLab project: the repository that is meant; needed with `api`",
    )
    branch: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="branch whose changes and runs count. Left out: the default branch with `api`, else every branch.",
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """What a source of one kind may say.

    Attributes:
        reads: What it is, in words.
        provides: Artefacts that it can provide.
        default: What it provides where it does not say so.
        formats: Formats that `format` may name; without any, there is no `format`.
        own_format: Option with which `format` may be any name.
        network: Option with which a source asks a server over the network.
        options: Model of its options.
    """

    reads: str
    provides: tuple[str, ...]
    default: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    own_format: str = ""
    network: str = ""
    options: type[Model] = NoOptions


KINDS: Mapping[str, Kind] = {
    "config": Kind(
        reads="live configuration",
        provides=("alert_rules", "flag_config", "gateway_config", "runtime_settings"),
        formats=("flagd", "litellm", "prometheus"),
        own_format="map",
        options=ConfigOptions,
    ),
    "forge": Kind(
        reads="GitHub or GitLab: saved answers of the REST API, or the API itself",
        provides=(
            "branch_protection",
            "change_reviews",
            "ci_runs",
            "deployment_environments",
            "forge_releases",
            "rbac_export",
            "security_alerts",
        ),
        formats=("github", "gitlab"),
        network="api",
        options=ForgeOptions,
    ),
    "git": Kind(
        reads="a git repository at the assessed commit",
        provides=("codeowners", "dataset_card", "git_history", "repository_tree", "system_card"),
        default=("codeowners", "git_history", "repository_tree"),
        options=GitOptions,
    ),
    "log": Kind(
        reads="JSON lines of a gateway or of telemetry",
        provides=("telemetry",),
        default=("telemetry",),
        formats=("generic", "litellm"),
        own_format="fields",
        options=LogOptions,
    ),
    "records": Kind(
        reads="what people write down, sign and hand in", provides=tuple(sorted((*RECORDS, *BESIDE_RECORDS)))
    ),
    "results": Kind(
        reads="results of test tools",
        provides=(
            "drift_series",
            "energy_report",
            "eval_results",
            "fairness_report",
            "load_test",
            "mlbom",
            "model_registry",
            "redteam_report",
            "security_scan",
            "test_report",
        ),
        default=("eval_results",),
        formats=(
            "codecarbon",
            "cyclonedx",
            "evidently",
            "fairlearn",
            "garak",
            "inspect",
            "junit",
            "k6",
            "lm-eval",
            "locust",
            "mlflow",
            "openvex",
            "pip-audit",
            "promptfoo",
            "sarif",
            "spdx",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something in `sources` that does not fit its kind.

    Attributes:
        location: Keys and indexes from the top of the file.
        sentence: What is wrong, or a pydantic fault to put into words.
    """

    location: tuple[int | str, ...]
    sentence: str | Mapping[str, Any]


def misfits(sources: Any, plugged: Collection[str] | None = ()) -> Iterator[Misfit]:
    """What in a parsed `sources` list does not fit the kind of its source.

    Args:
        sources: As parsed; whatever is no list of mappings is left to the model.
        plugged: Kinds that plugins read; None takes any.
    """
    for index, source in enumerate(sources if isinstance(sources, list) else ()):
        if isinstance(source, dict) and isinstance(source.get("kind"), str):
            at = ("sources", index)
            if source["kind"] in KINDS:
                yield from _of_kind(source, source["kind"], at)
            elif plugged is not None and source["kind"] not in plugged:
                known = sorted({*KINDS, *plugged})
                yield Misfit((*at, "kind"), f"is '{source['kind']}'; expected {_either(known)}")


def _of_kind(source: Mapping[str, Any], name: str, at: tuple[int | str, ...]) -> Iterator[Misfit]:
    kind = KINDS[name]
    options = source.get("options")
    form = source.get("format")
    own_format = bool(kind.own_format) and isinstance(options, dict) and kind.own_format in options
    if isinstance(form, str) and form not in kind.formats and not own_format:
        if not kind.formats:
            yield Misfit((*at, "format"), f"is not a field of a source of kind '{name}'")
        else:
            own = f", or any name beside options.{kind.own_format}" if kind.own_format else ""
            yield Misfit((*at, "format"), f"is '{form}'; expected {_either(kind.formats)}{own}")
    provided = source.get("provides")
    for index, artefact in enumerate(provided if isinstance(provided, list) else ()):
        if isinstance(artefact, str) and (bad := _not_provided(artefact, name, kind)):
            yield Misfit((*at, "provides", index), bad)
    if isinstance(options, dict):
        try:
            kind.options.model_validate(options)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                place = (*at, "options", *(part for part in fault["loc"] if part != "[key]"))
                if fault["type"] == "extra_forbidden":
                    known = sorted(kind.options.model_fields)
                    yield Misfit(place, _no_option(str(fault["loc"][-1]), name, known))
                else:
                    yield Misfit(place, fault)


def _not_provided(artefact: str, name: str, kind: Kind) -> str:
    base, _, record_type = artefact.partition("/")
    if base in ARTEFACTS and base not in kind.provides:
        others = [f"'{other}'" for other, entry in KINDS.items() if base in entry.provides]
        where = f"; a source of kind {' or '.join(others)} does" if others else ""
        return f"a source of kind '{name}' does not provide '{artefact}'{where}"
    if record_type and base in ARTEFACTS and base != "approved_record":
        return f"'{artefact}': only approved_record has a type behind a slash"
    return ""


def _no_option(given: str, name: str, known: list[str]) -> str:
    if not known:
        return f"is not an option: a source of kind '{name}' has none"
    near = get_close_matches(given, known, n=1)
    return f"is not an option of kind '{name}'; " + (f"is '{near[0]}' meant?" if near else f"known: {', '.join(known)}")


def _either(names: Collection[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
