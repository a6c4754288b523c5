"""The commented tieout.yaml that `tieout init` writes; it must load as it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tieout.config.criteria import LIMIT_AREAS, parse_limit
from tieout.config.load import read_config
from tieout.config.proposed import Proposal
from tieout.config.template_sources import quoted, sources_text
from tieout.domain.artefacts.records import Criterion, MeasuredBy

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
        found: Part -> what was found: it is written as a comment, but for a place that was given.
        unread: Path of a gateway's configuration that this version does not read -> whose it is.
        formats: Path of a place that was given -> the format that reads it, where nothing was found there.
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
    found: Mapping[str, tuple[Proposal, ...]] = field(default_factory=dict)
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
        id=quoted(answers.system_id),
        name=quoted(answers.name),
        purpose=quoted(answers.purpose or OPEN),
        owner=quoted(answers.owner[0] or OPEN),
        phase=quoted(answers.phase),
        risk_tier=quoted(answers.risk_tier),
        generative=_truth(is_so=answers.generative),
        third_party=_truth(is_so=answers.third_party),
        repository=quoted(answers.repository),
        provides=", ".join(["git_history", "repository_tree", "codeowners", *answers.cards]),
        more=_more_cards(answers),
        owners="\n".join(_owner(area, what, *answers.owners.get(area, ("", ""))) for area, what in AREAS.items()),
        roles=_roles(answers.owner),
        sources=sources_text(answers.repository, answers.places, answers.found, answers.unread, answers.formats),
        criteria=_criteria(answers),
        retention=", ".join(quoted(rule) for rule in answers.retention),
    )
    read_config(text.encode(), where="tieout.yaml")
    return text


def _owner(area: str, what: str, person: str, deputy: str) -> str:
    names = f"person: {_or_null(person)}, deputy: {_or_null(deputy)}"
    return f"  {area + ':':14} {{{names}, since: null, contact: null}}   # {what}"


def _roles(owner: tuple[str, str]) -> str:
    person, deputy = owner
    named = f"  - {{role: system_owner, person: {quoted(person or OPEN)}, deputy: {_or_null(deputy)}}}"
    return f"roles:\n{named}   # the same person as system.owner"


def _more_cards(answers: Answers) -> str:
    rest = [card for card in ("system_card", "dataset_card") if card not in answers.cards]
    told = [f"{card} (one was found)" if card in answers.found_cards else card for card in rest]
    return f"   # also: {', '.join(told)}" if told else ""


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
        statement=quoted(one.statement),
        measured_by=_measured_by(one.measured_by),
        operator=one.operator,
        limit=f"{one.limit:.15g}",
        unit=quoted(one.unit or ""),
        min_n=one.min_n or "null",
        owner=_or_null(one.owner or ""),
    )


def _measured_by(named: MeasuredBy | None) -> str:
    if named is None:
        return "null   # people count it"
    if named.telemetry:
        return f"{{telemetry: {named.telemetry}}}"
    return f"{{evaluation: {quoted(named.evaluation or '')}, metric: {quoted(named.metric or '')}}}"


def _commented(text: str) -> str:
    return "\n".join(f"#{line}" for line in text.splitlines())


def _or_null(text: str) -> str:
    return quoted(text) if text else "null"


def _truth(*, is_so: bool) -> str:
    return "true" if is_so else "false"


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
