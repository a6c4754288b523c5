"""The parts that a new configuration may have sources for, and what a source looks like that is proposed for one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tieout.config.kinds import KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a new configuration.

    Attributes:
        what: For people.
        name: Of its source.
        kind: Of its source.
        provides: Artefacts of a source whose place a person gave, without anything found there.
        usual: A usual place; without one the part is not written where nothing was found.
        format: Of a source whose place a person gave.
        remark: Behind its path, with the `#`.
    """

    what: str
    name: str
    kind: str
    provides: tuple[str, ...] = ()
    usual: str = ""
    format: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A place that evidence was found at.

    Attributes:
        part: One of `PARTS`.
        path: File or folder, relative to the repository or, once it is to be written, to tieout.yaml.
        provides: Artefacts that its files gave; empty where that is the part's own.
        format: The one format of all its files; empty where there are several, or it need not be said.
        files: How many gave something.
        tables: File below the path -> record that its columns are those of.
    """

    part: str
    path: str
    provides: tuple[str, ...] = ()
    format: str = ""
    files: int = 1
    tables: tuple[tuple[str, str], ...] = ()


#: In the order in which they are asked for and written.
SOURCES: Final[Mapping[str, Part]] = {
    "gateway": Part(
        what="gateway configuration (LiteLLM, Portkey, Kong, Envoy AI Gateway)",
        name="gateway",
        kind="config",
        provides=("gateway_config",),
        usual="config/gateway.yaml",
        format="litellm",
    ),
    "guardrails": Part(
        what="guardrails (NeMo, LiteLLM, Bedrock, Azure and others)",
        name="guardrails",
        kind="config",
        provides=("guardrail_config",),
    ),
    "alerts": Part(
        what="alert rules (Prometheus, Grafana)",
        name="alerts",
        kind="config",
        provides=("alert_rules",),
        usual="config/alerts.yaml",
        format="prometheus",
    ),
    "flags": Part(
        what="feature flags (flagd, Unleash, LaunchDarkly, GrowthBook)",
        name="flags",
        kind="config",
        provides=("flag_config",),
        usual="config/flags.json",
        format="flagd",
    ),
    "settings": Part(
        what="what the gateway is started with (dotenv or INI)",
        name="gateway-settings",
        kind="config",
        provides=("runtime_settings",),
        usual="config/gateway.env",
        remark="   # names only; a value of such a file is never read",
    ),
    "pipelines": Part(
        what="pipelines (GitHub Actions, GitLab CI)",
        name="pipelines",
        kind="config",
        provides=("ci_config",),
    ),
    "containers": Part(
        what="configuration of containers (Kubernetes, Compose, Dockerfile), a file or folder",
        name="containers",
        kind="config",
        provides=("container_config", "security_config"),
        usual="deploy",
        remark="   # manifests of Kubernetes, Compose files, Dockerfiles",
    ),
    "infrastructure": Part(
        what="infrastructure (Terraform), a folder",
        name="infrastructure",
        kind="config",
        provides=("retention_config", "security_config"),
        format="terraform",
    ),
    "telemetry": Part(
        what="where telemetry goes (OpenTelemetry Collector)",
        name="telemetry",
        kind="config",
        provides=("telemetry_config",),
    ),
    "access": Part(
        what="exports of roles (clouds, directories)",
        name="access",
        kind="config",
        provides=("rbac_export",),
    ),
    "retention": Part(
        what="retention and locks of stores, and their exports",
        name="retention",
        kind="config",
        provides=("retention_config",),
    ),
    "log": Part(
        what="gateway log, a file or folder",
        name="gateway-log",
        kind="log",
        usual="../logs",
        remark="   # a file or a folder of JSON lines, plain or .gz; `format: litellm | generic` is guessed",
    ),
    "results": Part(
        what="results of evaluations, tests and scans, a folder",
        name="results",
        kind="results",
        usual="../results",
        remark="   # told by what the files hold; docs/sources.md lists the tools",
    ),
    "forge": Part(
        what="saved answers of GitHub or GitLab, a folder",
        name="forge",
        kind="forge",
        provides=KINDS["forge"].provides,
    ),
    "records": Part(
        what="records that people keep, a folder",
        name="records",
        kind="records",
        provides=(
            "risk_register",
            "inventory",
            "drill_record",
            "incident_log",
            "release_record",
            "approved_record/ai_policy",
            "attestation",
            "document",
        ),
        usual="records",
        remark="   # YAML, JSON or Markdown; each file says `artefact: …`",
    ),
    "registers": Part(
        what="lists in CSV or Excel, a file or folder",
        name="registers",
        kind="records",
        provides=("inventory", "risk_register"),
    ),
}

#: Part -> what it is, for people.
PARTS: Final[Mapping[str, str]] = {name: part.what for name, part in SOURCES.items()}


#: Those that are asked for whether any was found or not: of the others people seldom have files.
ALWAYS_ASKED: Final = tuple(name for name, part in SOURCES.items() if part.usual)


def part_name(part: str) -> str:
    """What a part is, in a word or a few."""
    return re.split(r" \(|,", PARTS[part], maxsplit=1)[0]
