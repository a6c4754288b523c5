"""The commented tieout.yaml that `tieout init` writes; it must load as it is written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tieout.config.load import read_config

#: Stands where only a person can answer; it is text, so the file loads and the gap shows in the packet.
OPEN = "TO FILL IN"

#: The areas that stall pilots when nobody owns them, and what each answers for.
AREAS = {
    "operations": "runs it, answers at night",
    "model_changes": "decides which model version serves",
    "data_quality": "answers for the data feeds",
    "governance": "policy, risk, review",
    "budget": "pays, and sets the cap",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new configuration is made from; empty texts stay open.

    Attributes:
        system_id: Short stable name.
        name: Name for people.
        purpose: A sentence.
        owner: Person accountable for the system.
        phase: pilot or production.
        risk_tier: low, moderate or high.
        repository: Path of the assessed repository, relative to the file.
        owners: Area -> person and deputy; what is not named stays open.
    """

    system_id: str
    name: str
    purpose: str = ""
    owner: str = ""
    phase: str = "pilot"
    risk_tier: str = "moderate"
    repository: str = "."
    owners: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def render_config(answers: Answers) -> str:
    """A commented tieout.yaml.

    Raises:
        ConfigError: An answer does not fit, such as a phase that is neither pilot nor production.
    """
    text = _TEMPLATE.format(
        id=_quoted(answers.system_id),
        name=_quoted(answers.name),
        purpose=_quoted(answers.purpose or OPEN),
        owner=_quoted(answers.owner or OPEN),
        phase=_quoted(answers.phase),
        risk_tier=_quoted(answers.risk_tier),
        repository=_quoted(answers.repository),
        owners="\n".join(_owner(area, what, *answers.owners.get(area, ("", ""))) for area, what in AREAS.items()),
    )
    read_config(text.encode(), where="tieout.yaml")
    return text


def _owner(area: str, what: str, person: str, deputy: str) -> str:
    names = f"person: {_quoted(person) if person else 'null'}, deputy: {_quoted(deputy) if deputy else 'null'}"
    return f"  {area + ':':14} {{{names}, since: null, contact: null}}   # {what}"


def _quoted(text: str) -> str:
    # JSON strings are YAML strings; this keeps colons, quotes and # in an answer from meaning anything.
    # What is no text (half a surrogate out of an odd locale) becomes a question mark that a person will see.
    return json.dumps(text.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False)


_TEMPLATE = """\
# tieout.yaml: what is assessed, who answers for it, where the evidence is, and what counts as good enough.
# Commit it: tieout reads it at the assessed commit, and the commit's date proves when limits were set.
# `tieout schema config` prints what each field takes. People fill in `null` and TO FILL IN.
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
  generative: true    # produces text, pictures, code …
  third_party: true   # uses models, data or services of another organisation
  approver: null      # who approved this description (someone other than the owner)
  approved_on: null   # 2026-01-31
  review_due: null

# Pilots stall when nobody owns these five. A person and a deputy each; contact may be a code-owner handle.
owners:
{owners}

# Other people that records name, such as approvers:
roles: []
#  - {{role: chief_risk_officer, person: Name, contact: "@handle"}}

# The assessed period: a duration that ends at the as-of time, or {{start: 2026-10-01, end: 2026-10-31}}.
period: P90D

# Where evidence is. What a source is declared to provide and does not is a gap; what no source provides is
# not assessed. Paths are relative to this file; with `inside` they are read in that repository at the commit.
sources:
  - name: application
    kind: git
    path: {repository}
    provides: [git_history, repository_tree, codeowners]   # also: system_card, dataset_card
#  - name: gateway
#    kind: config
#    inside: application
#    path: config/gateway.yaml
#    format: litellm            # litellm | prometheus | flagd
#    provides: [gateway_config]
#  - name: gateway-log
#    kind: log
#    path: ../logs              # a file or a folder of JSON lines, plain or .gz
#    format: litellm
#  - name: evaluations
#    kind: results
#    path: ../results           # Inspect logs as JSON
#  - name: records
#    kind: records
#    inside: application
#    path: records              # YAML, JSON or Markdown; each file says `artefact: …`
#    provides: [risk_register, inventory, drill_record, incident_log, release_record, approved_record/ai_policy]

# Limits, set before the measurements that they judge. A limit is met by the bound of the 95 % interval,
# not by the point, so give min_n. areas: accuracy, latency, cost, security, compliance, ownership.
acceptance_criteria: []
#  - id: AC-01
#    area: accuracy
#    statement: Triage agrees with the adjudicator.
#    measured_by: {{evaluation: triage, metric: accuracy}}
#    operator: ">="
#    limit: 0.90
#    unit: proportion
#    min_n: 400
#    owner: Name
#  - id: AC-02
#    area: latency
#    statement: Answers come in time.
#    measured_by: {{telemetry: latency_p95_ms}}
#    operator: "<="
#    limit: 4000
#    unit: ms
#    owner: Name

# Under which rules the packet is kept; the ids are in the shipped schedule (controls/retention/rules.yaml).
# Have your records officer confirm them. A trigger without a date is pending, and so is its period.
retention:
  rules: []              # such as [us-nara-grs-3.1-040]
  record_series: null
  custodian: null
  records_officer: null
  marking: null          # such as CUI; stands on every page
  trigger_dates: {{}}
  hold: null
#  hold: {{id: HOLD-1, reason: audit of 2026, since: 2026-11-01}}
"""
