"""What sources of each built-in kind may say: formats, artefacts, options; a test holds it to the collectors.

A kind that a plugin reads has no entry: its options and formats are its own to check.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import Field, ValidationError

from tieout.config.tables import RecordOptions
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

#: Address of a server that is asked: https for all but one on this machine; no user-info, query or fragment.
_SERVER = (
    r"^(?:https://[A-Za-z0-9.-]+|http://(?:127\.0\.0\.1|localhost|\[::1\]))(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?$"
)


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
        pattern=_SERVER,
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


class ResultsOptions(Model):
    """Options of a source of results."""

    api: str | None = Field(
        default=None,
        pattern=_SERVER,
        max_length=300,
        description="address of an MLflow tracking server, such as https://mlflow.example.com: its searches are asked "
        "over the network. Left out, files are read from `path`.",
    )
    experiments: tuple[str, ...] = Field(
        default=(), description="names of the experiments whose runs count, with `api`. Left out: all of them."
    )
    models: tuple[str, ...] = Field(
        default=(), description="names of the registered models that count, with `api`. Left out: all of them."
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
        provides=(
            "alert_rules",
            "ci_config",
            "container_config",
            "flag_config",
            "gateway_config",
            "guardrail_config",
            "rbac_export",
            "retention_config",
            "runtime_settings",
            "security_config",
            "telemetry_config",
        ),
        formats=(
            "aws-credential-report",
            "aws-iam",
            "azure-content-filter",
            "azure-roles",
            "bedrock-guardrail",
            "compose",
            "dockerfile",
            "entra",
            "envoy-ai-gateway",
            "flagd",
            "github-actions",
            "gitlab-ci",
            "google-iam",
            "grafana",
            "growthbook",
            "guardrails-ai",
            "keycloak",
            "kong",
            "kubernetes",
            "launchdarkly",
            "litellm",
            "litellm-guardrails",
            "litellm-teams",
            "litellm-users",
            "llm-guard",
            "nemo-guardrails",
            "okta-app-users",
            "okta-report",
            "okta-users",
            "otel-collector",
            "portkey",
            "prometheus",
            "retention",
            "store-exports",
            "terraform",
            "terraform-show",
            "unleash",
        ),
        own_format="map",
        options=ConfigOptions,
    ),
    "forge": Kind(
        reads="GitHub or GitLab: saved answers of the REST API or of their programs, or the API itself",
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
        reads="what people write down, sign and hand in",
        provides=tuple(sorted((*RECORDS, *BESIDE_RECORDS))),
        options=RecordOptions,
    ),
    "results": Kind(
        reads="results of test tools, or a tracking server",
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
        network="api",
        options=ResultsOptions,
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
                    what = f"an option of kind '{name}'" if len(fault["loc"]) == 1 else "a field here"
                    known = _fields_at(kind.options, fault["loc"][:-1])
                    yield Misfit(place, _no_option(str(fault["loc"][-1]), what, known))
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


def _no_option(given: str, what: str, known: list[str]) -> str:
    if not known:
        return f"is not {what}: there are none"
    near = get_close_matches(given, known, n=1)
    return f"is not {what}; " + (f"is '{near[0]}' meant?" if near else f"known: {', '.join(known)}")


def _fields_at(model: type[Model], location: tuple[int | str, ...]) -> list[str]:
    """The fields that a part of the options may have."""
    for part in location:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        inner = [one for one in get_args(field.annotation) if isinstance(one, type)] if field is not None else []
        model = next((one for one in inner if issubclass(one, Model)), model)
    return sorted(model.model_fields)


def _either(names: Collection[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
