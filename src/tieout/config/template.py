"""The commented tieout.yaml that `tieout init` writes; it must load as it is written."""

import json
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tieout.config.criteria import LIMIT_AREAS, parse_limit
from tieout.config.load import read_config
from tieout.domain.artefacts.records import Criterion, MeasuredBy
from tieout.kernel.reading.text import display_path

#: Stands where only a person can answer; it is text, so the file loads and the gap shows in the packet.
OPEN = "TO FILL IN"
_NAMED = 3  # of further files that were found

#: The areas that stall pilots when nobody owns them, and what each answers for.
AREAS = {
    "operations": "runs it, answers at night",
    "model_changes": "decides which model version serves",
    "data_quality": "answers for the data feeds",
    "governance": "policy, risk, review",
    "budget": "pays, and sets the cap",
}

#: The parts of a new configuration that a place can be given for, and what each is.
PARTS = {
    "gateway": "gateway configuration (LiteLLM, Portkey, Kong, Envoy AI Gateway)",
    "alerts": "alert rules (Prometheus, Grafana)",
    "flags": "feature flags (flagd, Unleash, LaunchDarkly, GrowthBook)",
    "settings": "what the gateway is started with (dotenv or INI)",
    "containers": "configuration of containers (Kubernetes, Compose, Dockerfile), a file or folder",
    "log": "gateway log, a file or folder",
    "results": "evaluation results, a folder",
    "records": "records that people keep, a folder",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a new configuration is made from; empty texts stay open.

    Attributes:
        system_id: Short stable name.
        name: Name for people.
        phase: pilot or production.
        risk_tier: low, moderate or high.
        generative: Whether it produces text, pictures or code.
        third_party: Whether it uses models, data or services of another organisation.
        purpose: A sentence.
        owner: Person accountable for the system, and a deputy.
        repository: Path of the assessed repository, relative to the file.
        owners: Area -> person and deputy; what is not named stays open.
        places: Part (one of PARTS) -> where it is, relative to the file; these become sources.
        found: The same for what was only found: it is written as a comment.
        others: Part -> further files of the same kind that were found.
        unread: Path of a gateway's configuration that this version does not read -> whose it is.
        formats: Path of a place -> the format that reads it, where that is not the usual one; empty for several.
        cards: Cards that the repository is declared to hold.
        found_cards: Cards that were only found.
        accuracy: Least accuracy in an evaluation.
        latency: Most milliseconds of nineteen in twenty answers.
        retention: Ids of the retention schedule.
    """

    system_id: str
    name: str
    phase: str
    risk_tier: str
    generative: bool
    third_party: bool
    purpose: str = ""
    owner: tuple[str, str] = ("", "")
    repository: str = "."
    owners: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    cards: tuple[str, ...] = ()
    found_cards: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    retention: tuple[str, ...] = ()


def render_config(answers: Answers) -> str:
    """A commented tieout.yaml.

    Raises:
        ConfigError: An answer does not fit, such as a phase that is neither pilot nor production.
    """
    text = _TEMPLATE.format(
        id=_quoted(answers.system_id),
        name=_quoted(answers.name),
        purpose=_quoted(answers.purpose or OPEN),
        owner=_quoted(answers.owner[0] or OPEN),
        phase=_quoted(answers.phase),
        risk_tier=_quoted(answers.risk_tier),
        generative=_truth(is_so=answers.generative),
        third_party=_truth(is_so=answers.third_party),
        repository=_quoted(answers.repository),
        provides=", ".join(["git_history", "repository_tree", "codeowners", *answers.cards]),
        more=_more_cards(answers),
        owners="\n".join(_owner(area, what, *answers.owners.get(area, ("", ""))) for area, what in AREAS.items()),
        roles=_roles(answers.owner),
        sources="\n".join(_source(part, answers) for part in _SOURCES),
        criteria=_criteria(answers),
        retention=", ".join(_quoted(rule) for rule in answers.retention),
    )
    read_config(text.encode(), where="tieout.yaml")
    return text


def _owner(area: str, what: str, person: str, deputy: str) -> str:
    names = f"person: {_or_null(person)}, deputy: {_or_null(deputy)}"
    return f"  {area + ':':14} {{{names}, since: null, contact: null}}   # {what}"


def _roles(owner: tuple[str, str]) -> str:
    person, deputy = owner
    named = f"  - {{role: system_owner, person: {_quoted(person or OPEN)}, deputy: {_or_null(deputy)}}}"
    return f"roles:\n{named}   # the same person as system.owner"


def _more_cards(answers: Answers) -> str:
    rest = [card for card in ("system_card", "dataset_card") if card not in answers.cards]
    told = [f"{card} (one was found)" if card in answers.found_cards else card for card in rest]
    return f"   # also: {', '.join(told)}" if told else ""


def _source(part: str, answers: Answers) -> str:
    """A source: as such where its place was given, else as a comment to take the `#` away from."""
    name, kind, fields, provides, usual, remark = _SOURCES[part]
    given = answers.places.get(part)
    found = answers.found.get(part)
    place = given or found or usual
    lines = [f"  - name: {name}", f"    kind: {kind}"]
    # An address is no path: it is left as it is, for the configuration to refuse it.
    is_inside = kind in {"config", "records"} and "://" not in place
    inside = posixpath.relpath(place, answers.repository) if is_inside else ".."
    if inside.partition("/")[0] != "..":
        lines += ["    inside: application", f"    path: {_quoted(inside)}{remark}"]
    else:
        lines.append(f"    path: {_quoted(place)}{remark}")
    unread = answers.unread.get(given or "")
    told_format = answers.formats.get(place)
    # No format fits a product that is not read, or files of several.
    lines += [
        f"    format: {told_format}" if told_format and line.startswith("format:") else f"    {line}"
        for line in fields
        if not ((unread or told_format == "") and line.startswith("format:"))
    ]
    if provides:
        lines.append(f"    provides: [{', '.join(provides)}]")
    if not given and found:
        rest = answers.others.get(part, ())
        also = f" (also found: {_few(rest)})" if rest else ""
        lines[0] += f"   # found here{also}; take the # away if this is it"
    told = [f"#   {line}" for line in unread_told(answers.unread)] if part == "gateway" else []
    return "\n".join([*told, *(lines if given else [f"#{line}" for line in lines])])


def unread_told(unread: Mapping[str, str]) -> list[str]:
    """What is said of gateways' configurations that this version does not read, a line for each product.

    Args:
        unread: Path -> whose it is.
    """
    return [
        f"{_few([path for path in unread if unread[path] == whose])}: configuration of a gateway ({whose}), which this "
        "version does not read; it reads LiteLLM's own file, Portkey's configs, and the files of Kong and of Envoy AI "
        "Gateway, so nothing of this counts"
        for whose in dict.fromkeys(unread.values())
    ]


def _few(paths: Sequence[str]) -> str:
    rest = len(paths) - _NAMED
    return ", ".join(display_path(path) for path in paths[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _criteria(answers: Answers) -> str:
    given = {criterion.area: criterion for criterion in answers.criteria}
    rest = [parse_limit(area, f"{usual.example} by Name") for area, usual in LIMIT_AREAS.items() if area not in given]
    opening = "acceptance_criteria:" + ("" if given else " []")
    # What was given comes first, so that a list never begins in a comment.
    return "\n".join([opening, *map(_criterion, given.values()), *(_commented(_criterion(one)) for one in rest)])


def _criterion(one: Criterion) -> str:
    return _CRITERION.format(
        id=one.id,
        area=one.area,
        statement=_quoted(one.statement),
        measured_by=_measured_by(one.measured_by),
        operator=one.operator,
        limit=f"{one.limit:.15g}",
        unit=_quoted(one.unit or ""),
        min_n=one.min_n or "null",
        owner=_or_null(one.owner or ""),
    )


def _measured_by(named: MeasuredBy | None) -> str:
    if named is None:
        return "null   # people count it"
    if named.telemetry:
        return f"{{telemetry: {named.telemetry}}}"
    return f"{{evaluation: {_quoted(named.evaluation or '')}, metric: {_quoted(named.metric or '')}}}"


def _commented(text: str) -> str:
    return "\n".join(f"#{line}" for line in text.splitlines())


def _or_null(text: str) -> str:
    return _quoted(text) if text else "null"


def _truth(*, is_so: bool) -> str:
    return "true" if is_so else "false"


def _quoted(text: str) -> str:
    # JSON strings are YAML strings; this keeps colons, quotes and # in an answer from meaning anything.
    return json.dumps(text.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False)


#: Part -> name, kind, further fields, what it provides, a usual place, a remark.
_SOURCES: Mapping[str, tuple[str, str, tuple[str, ...], tuple[str, ...], str, str]] = {
    "gateway": (
        "gateway",
        "config",
        ("format: litellm",),
        ("gateway_config",),
        "config/gateway.yaml",
        "",
    ),
    "alerts": ("alerts", "config", ("format: prometheus",), ("alert_rules",), "config/alerts.yaml", ""),
    "flags": ("flags", "config", ("format: flagd",), ("flag_config",), "config/flags.json", ""),
    "settings": (
        "gateway-settings",
        "config",
        (),
        ("runtime_settings",),
        "config/gateway.env",
        "   # names only; a value of such a file is never read",
    ),
    "containers": (
        "containers",
        "config",
        (),
        ("container_config", "security_config"),
        "deploy",
        "   # manifests of Kubernetes, Compose files, Dockerfiles",
    ),
    "log": (
        "gateway-log",
        "log",
        (),
        (),
        "../logs",
        "   # a file or a folder of JSON lines, plain or .gz; `format: litellm | generic` is guessed",
    ),
    "results": ("evaluations", "results", (), (), "../results", "   # Inspect logs as JSON"),
    "records": (
        "records",
        "records",
        (),
        (
            "risk_register",
            "inventory",
            "drill_record",
            "incident_log",
            "release_record",
            "approved_record/ai_policy",
        ),
        "records",
        "   # YAML, JSON or Markdown; each file says `artefact: …`",
    ),
}

_CRITERION = """\
  - id: {id}
    area: {area}
    statement: {statement}
    measured_by: {measured_by}
    operator: "{operator}"
    limit: {limit}
    unit: {unit}
    min_n: {min_n}
    owner: {owner}"""


_TEMPLATE = """\
# tieout.yaml: what is assessed, who answers for it, where the evidence is, and what counts as good enough.
# Commit it: tieout reads it at the assessed commit, and the commit's date proves when limits were set.
# `tieout schema config` prints what each field takes. People fill in TO FILL IN, null and [].
# How records, logs, results and configuration must look: docs/records.md and docs/sources.md of tieout, or
# `tieout schema --list` and `tieout schema drill_record --example`.
version: 1

system:
  id: {id}            # short and stable: it is part of every identifier in the packet
  name: {name}
  purpose: {purpose}
  owner: {owner}      # the person accountable for the system as a whole
  phase: {phase}      # pilot | production
  risk_tier: {risk_tier}   # low | moderate | high
  users: []           # who uses it, such as [claims handlers]
  settings: []        # where and when it is used
  prohibited_uses: [] # what it must not be used for
  jurisdictions: []   # whose law applies, such as [US-NY, EU]
  generative: {generative}   # produces text, pictures, code …
  third_party: {third_party}   # uses models, data or services of another organisation
  approver: null      # who approved this description (someone other than the owner)
  approved_on: null   # 2026-01-31
  review_due: null

# Pilots stall when nobody owns these five. A person and a deputy each; contact may be a code-owner handle.
owners:
{owners}

# Other people that records name, such as approvers; whoever is not in owners or roles is nobody to a rule:
{roles}
#  - {{role: chief_risk_officer, person: Name, contact: "@handle"}}

# The assessed period: a duration that ends at the as-of time, or {{start: 2026-10-01, end: 2026-10-31}}.
period: P90D

# Where evidence is. What a source is declared to provide and does not is a gap; what no source provides is
# not assessed. Paths are relative to this file; with `inside` they are read in that repository at the commit.
sources:
  - name: application
    kind: git
    path: {repository}
    provides: [{provides}]{more}
{sources}

# Limits, set before the measurements that they judge. A limit is met by the bound of the 95 % interval,
# not by the point, so give min_n. areas: accuracy, latency, cost, security, compliance, ownership.
{criteria}

# Under which rules the packet is kept; the ids are in the shipped schedule (controls/retention/rules.yaml).
# Have your records officer confirm them. A trigger without a date is pending, and so is its period.
retention:
  rules: [{retention}]              # such as [us-nara-grs-3.1-040]
  record_series: null
  custodian: null
  records_officer: null
  marking: null          # such as CUI; stands on every page
  trigger_dates: {{}}
  hold: null
#  hold: {{id: HOLD-1, reason: audit of 2026, since: 2026-11-01}}
"""
