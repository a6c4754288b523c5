"""The shape of tieout.yaml; its identity, owners and criteria are evidence, the rest drives the run."""

import re
import unicodedata
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator, model_validator

from tieout.config.kinds import KIND_PATTERN, KINDS
from tieout.domain.artefacts import ARTEFACTS
from tieout.domain.artefacts.records import Criterion, RosterEntry, RosterKey
from tieout.domain.base import Model
from tieout.kernel.clock import is_duration, subtract_duration
from tieout.kernel.ssh.keys import public_key

CONFIG_VERSION = 1
SYSTEM_ID = r"^[a-z][a-z0-9-]{1,62}$"
_NAME_BYTES, _PATH_BYTES = 255, 4_095  # NAME_MAX and PATH_MAX of Linux, limits.h(0p)
_A_DAY = datetime(2000, 1, 1, tzinfo=UTC)


# `https://host/…`, and `user@host:path` as ssh has it.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[^/\s]+@[^/\s]+:")


def _one_line(text: str) -> str:
    # These stand in file names, headers and VERIFY.txt: a line break or a control there would forge a line.
    if any(unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs"} for character in text):
        message = "holds a line break, a control or an invisible character; write it on one line"
        raise ValueError(message)
    return text


def _relative(text: str) -> str:
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute():
        message = "is an absolute path; write it relative to tieout.yaml, because packets name it"
        raise ValueError(message)
    if _ADDRESS.match(text):
        message = (
            "is an address; name a folder or a file on this machine (packets name the path, never put a token in it)"
        )
        raise ValueError(message)
    _one_line(text)
    longest = max(len(part.encode()) for part in text.split("/"))
    if longest > _NAME_BYTES:
        message = f"holds a name of {longest:,} bytes; no file or folder has one of more than {_NAME_BYTES}"
        raise ValueError(message)
    if len(text.encode()) > _PATH_BYTES:
        message = f"is {len(text.encode()):,} bytes long; no path can be longer than {_PATH_BYTES:,}"
        raise ValueError(message)
    return text


def _artefact(text: str) -> str:
    name = text.split("/", 1)[0]
    if name not in ARTEFACTS:
        near = get_close_matches(name, ARTEFACTS, n=1)
        advice = f"is '{near[0]}' meant?" if near else f"known: {', '.join(sorted(ARTEFACTS))}"
        message = f"'{text}' is not an artefact; {advice}"
        raise ValueError(message)
    return text


def _ssh_key(text: str) -> str:
    # Without its comment: that is somebody's address, and stands in packets.
    return public_key(text).line


OneLine = Annotated[str, AfterValidator(_one_line)]
RelativePath = Annotated[str, AfterValidator(_relative)]
DeclaredName = Annotated[str, AfterValidator(_artefact)]


class SystemSection(Model):
    """Who and what is assessed."""

    id: str = Field(pattern=SYSTEM_ID, description="short stable name, such as claims-triage")
    name: OneLine = Field(min_length=1)
    purpose: str = Field(min_length=1, description="what it is for, in a sentence or two")
    owner: OneLine = Field(min_length=1, description="the person accountable for the system")
    phase: Literal["pilot", "production"]
    risk_tier: Literal["low", "moderate", "high"]
    users: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    prohibited_uses: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    generative: bool
    third_party: bool = Field(description="uses models, data or services of another organisation")
    human_subjects: bool = Field(default=False, description="studied with people as subjects")
    approver: OneLine | None = Field(default=None, description="who approved this description")
    approved_on: date | None = None
    review_due: date | None = None


class KeySection(Model):
    """A public SSH key with which the person of a role signs attestations."""

    ssh: Annotated[str, AfterValidator(_ssh_key)] = Field(description="as in the .pub file: `ssh-ed25519 AAAA...`")
    since: date | None = Field(default=None, description="first day on which it signs")
    until: date | None = Field(default=None, description="last day; leave it out while it is in use")


class OwnerSection(Model):
    """One area of ownership: a person and a deputy."""

    person: OneLine | None
    deputy: OneLine | None = None
    since: date | None = None
    contact: str | None = None
    public_keys: tuple[KeySection, ...] = Field(default=(), description="with which the person signs attestations")


class OwnersSection(Model):
    """The five areas that stall pilots when nobody owns them."""

    operations: OwnerSection
    model_changes: OwnerSection
    data_quality: OwnerSection
    governance: OwnerSection
    budget: OwnerSection


class RoleSection(Model):
    """Any further role that records name, such as an approver; one that ended keeps its place with `until`."""

    role: OneLine
    person: OneLine
    deputy: OneLine | None = None
    since: date | None = None
    until: date | None = Field(default=None, description="last day of a role that ended, so that older records hold")
    contact: str | None = None
    public_keys: tuple[KeySection, ...] = Field(default=(), description="with which the person signs attestations")


class SourceSection(Model):
    """One place to look, and what it is declared to provide."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")
    kind: str = Field(
        pattern=KIND_PATTERN, description="config, forge, git, log, records or results; plugins may read others"
    )
    path: RelativePath = Field(
        min_length=1, description="file or folder, relative to tieout.yaml; with `inside`, in that tree"
    )
    inside: str | None = Field(default=None, description="name of a git source: read at the assessed commit")
    format: str | None = Field(default=None, description="by kind, see `options`; guessed if absent")
    provides: tuple[DeclaredName, ...] | None = Field(
        default=None, description="artefacts whose absence here is a gap; `approved_record/ai_policy` names a type"
    )
    options: dict[str, Any] = Field(default_factory=dict, description="by kind; most have none")

    @model_validator(mode="after")
    def _says_what_it_provides(self) -> "SourceSection":
        if not self.provides and not self.declared:
            message = f"a source of kind '{self.kind}' must say what it provides"
            raise ValueError(message)
        return self

    @property
    def declared(self) -> tuple[str, ...]:
        """The artefact types whose absence here is a gap."""
        if self.provides is not None:
            return self.provides
        return KINDS[self.kind].default if self.kind in KINDS else ()


class HoldSection(Model):
    """A legal or audit hold on the packet."""

    id: str
    reason: str
    since: date
    released_on: date | None = None


class RetentionSection(Model):
    """Under which rules the packet is kept."""

    rules: tuple[str, ...] = Field(default=(), description="ids from the retention schedule")
    record_series: str | None = None
    custodian: str | None = None
    records_officer: str | None = None
    marking: str | None = Field(default=None, description="confidentiality or CUI marking for every page")
    trigger_dates: dict[str, date | None] = Field(
        default_factory=dict, description="trigger of a rule -> date it happened; left out or null: pending"
    )
    hold: HoldSection | None = None


class PeriodSection(Model):
    """An assessed period with both ends."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> "PeriodSection":
        if self.end < self.start:
            message = "the period ends before it starts"
            raise ValueError(message)
        return self


def _is_stretch(text: str) -> bool:
    """Whether a text is a duration that reaches back, and not forward or nowhere."""
    try:
        return is_duration(text) and subtract_duration(_A_DAY, text) < _A_DAY
    except (OverflowError, ValueError):
        return False


def _period_tag(value: Any) -> str | None:
    if isinstance(value, str):
        return "str"
    return "PeriodSection" if isinstance(value, dict | PeriodSection) else None


def _row(role: str, section: OwnerSection | RoleSection) -> RosterEntry:
    keys = tuple(RosterKey(ssh=key.ssh, since=key.since, until=key.until) for key in section.public_keys)
    return RosterEntry(
        role=role,
        person=section.person,
        deputy=section.deputy,
        since=section.since,
        until=section.until if isinstance(section, RoleSection) else None,
        contact=section.contact,
        public_keys=keys,
    )


PeriodOrDuration = Annotated[
    Annotated[PeriodSection, Tag("PeriodSection")] | Annotated[str, Tag("str")],
    Discriminator(_period_tag, custom_error_type="period", custom_error_message="is no period"),
]


class ProjectConfig(Model):
    """tieout.yaml."""

    version: Literal[1]
    system: SystemSection
    owners: OwnersSection
    roles: tuple[RoleSection, ...] = ()
    repository: str | None = Field(default=None, description="git source that is assessed; default: the only one")
    period: PeriodOrDuration = "P90D"
    sources: tuple[SourceSection, ...]
    acceptance_criteria: tuple[Criterion, ...] = ()
    retention: RetentionSection = RetentionSection()

    @field_validator("period")
    @classmethod
    def _period(cls, value: PeriodSection | str) -> PeriodSection | str:
        if isinstance(value, str) and not _is_stretch(value):
            message = "write a duration such as P90D, or start and end dates"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "ProjectConfig":
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                message = f"two sources are named '{name}'"
                raise ValueError(message)
        repositories = [source.name for source in self.sources if source.kind == "git"]
        for source in self.sources:
            if source.inside is not None and source.inside not in repositories:
                message = f"source '{source.name}' is inside '{source.inside}', which is not a git source here"
                raise ValueError(message)
        if self.repository is not None and self.repository not in repositories:
            message = f"repository '{self.repository}' is not a git source here"
            raise ValueError(message)
        if self.repository is None and len(repositories) > 1:
            message = "several git sources: say which one is assessed with `repository: NAME`"
            raise ValueError(message)
        ids = [criterion.id for criterion in self.acceptance_criteria]
        if len(ids) != len(set(ids)):
            message = "two acceptance criteria have the same id"
            raise ValueError(message)
        return self

    @property
    def people(self) -> tuple[RosterEntry, ...]:
        """Owners and roles, a row each, as a roster has them."""
        areas = [(area, getattr(self.owners, area)) for area in OwnersSection.model_fields]
        return tuple(_row(role, section) for role, section in [*areas, *((role.role, role) for role in self.roles)])

    @property
    def assessed_repository(self) -> str | None:
        """Name of the git source whose commit is assessed; None where no git source is configured."""
        if self.repository is not None:
            return self.repository
        return next((source.name for source in self.sources if source.kind == "git"), None)
