"""What tieout.yaml itself is evidence of: the system's profile, the roster, the acceptance criteria."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tieout.collectors.base import Gathered, Request
from tieout.collectors.fitting import APPROVAL_KEYS, backdated_to
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.collectors.placeholders import is_mark, names_nobody
from tieout.collectors.versions import OF_APPROVAL, SIGNED, Versions, follow
from tieout.config.model import OwnerSection, ProjectConfig, RoleSection, SourceSection
from tieout.domain.artefacts.records import AcceptanceCriteria, Approval, Roster, RosterEntry, SystemProfile
from tieout.domain.evidence import Effective
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.reading.documents import Document

NAME = "configuration"
DECLARED = "declared"
VERSION = "1"
PROVIDES = ("acceptance_criteria", "roster", "system_profile")

_AREAS = ("operations", "model_changes", "data_quality", "governance", "budget")
_RENAMED = {"id": "system_id", "risk_tier": "tier"}
_TYPES: dict[type, str] = {
    AcceptanceCriteria: "acceptance_criteria",
    Roster: "roster",
    SystemProfile: "system_profile",
}
_ABSENT = object()


def declared_source(path: str, *, inside: str | None = None) -> SourceSection:
    """The source section that stands for tieout.yaml, which declares itself.

    Args:
        path: Of the file in the view.
        inside: Name of the git source it is read from, if any.
    """
    return SourceSection(name=NAME, kind="config", path=path, inside=inside, provides=PROVIDES)


def declared(request: Request, config: ProjectConfig, document: Document, versions: Versions) -> Gathered:
    """The artefacts in tieout.yaml, each with the lines it stands on.

    The time of a part is that of the oldest version of the file since which the part reads the same, so that
    an unrelated edit neither renews it nor spoils what was measured against it. A part that differs from the
    newest committed version, or a file that was never committed, has no such time.

    Args:
        request: Its source is `declared_source`, its prefix the file's path in the view.
        config: As read from the file.
        document: The same, with lines.
        versions: Called once; read no further than needed.
    """
    gathering = Gathering(request, (DECLARED, VERSION), declared_people=True)
    try:
        entry = next(entry for entry in gathering.every_entry() if entry.path == request.prefix.strip("/"))
        file = gathering.read(entry)
    except (StopIteration, UnreadableError) as error:
        fault = error if isinstance(error, UnreadableError) else UnreadableError("is not there")
        gathering.unreadable(fault, request.source.path, types=PROVIDES)
        return _named(gathering.finish(kind=DECLARED))
    whole = request.commit is not None and request.commit.quarantine.history(request.commit.id).complete
    times = _times(document, versions, approved_on=config.system.approved_on, whole=whole)
    _add_profile(gathering, config, document, file, times)
    _add_roster(gathering, config, document, file, times)
    _add_criteria(gathering, config, document, file, times)
    return _named(gathering.finish(kind=DECLARED))


@dataclass(frozen=True, slots=True)
class _Times:
    """When parts of the file were last changed, and the file; `approval` where that tells more than its day."""

    last_change: Dating | None
    profile: Dating | None
    criteria: Dating | None
    approval: Dating | None


def _times(document: Document, versions: Versions, *, approved_on: date | None, whole: bool) -> _Times:
    parts = {"file": _whole, "profile": _profile_part, "criteria": _criteria_part, "approval": _approval_part}
    newest: list[Dating] = []

    def noted() -> Iterator[tuple[Dating, bytes]]:
        for dating, data in versions():
            newest.append(dating)
            yield dating, data

    followed = follow(noted, "yaml", parts, until=["profile", "criteria", "approval"], whole=whole, now=document)
    since = followed.since
    return _Times(
        newest[0] if "file" in since else None,
        since.get("profile"),
        since.get("criteria"),
        followed.recorded("profile", "approval", approved_on),
    )


def _whole(document: Document) -> Any:
    return document.data


def _profile_part(document: Document) -> Any:
    """The description that an approver approves; the approval itself is no change of it."""
    system = _system(document)
    if not isinstance(system, dict):
        return system
    return {key: value for key, value in system.items() if key not in OF_APPROVAL}


def _approval_part(document: Document) -> Any:
    system = _system(document)
    return tuple(system.get(key) for key in SIGNED) if isinstance(system, dict) else None


def _criteria_part(document: Document) -> Any:
    return document.data.get("acceptance_criteria", _ABSENT) if isinstance(document.data, dict) else _ABSENT


def _system(document: Document) -> Any:
    return document.data.get("system") if isinstance(document.data, dict) else None


def _add_profile(
    gathering: Gathering, config: ProjectConfig, document: Document, file: SourceFile, times: _Times
) -> None:
    system = config.system
    text, recorded = times.profile, times.approval
    approval = Approval(
        owner=_person(system.owner),
        approver=_person(system.approver),
        approved_on=system.approved_on,
        review_due=system.review_due,
        changed_at=text and text.at,
        backdated_to=backdated_to(text),
        recorded_at=recorded and recorded.at,
    )
    facts = SystemProfile(
        system_id=system.id,
        name=system.name,
        owner=_person(system.owner) or "",
        purpose=_said(system.purpose),
        users=_all_said(system.users),
        settings=_all_said(system.settings),
        prohibited_uses=_all_said(system.prohibited_uses),
        jurisdictions=_all_said(system.jurisdictions),
        phase=system.phase,
        tier=system.risk_tier,
        generative=system.generative,
        third_party=system.third_party,
        human_subjects=system.human_subjects,
        approval=approval,
    )
    lines: dict[str, int] = {}
    for at, line in _below(document.lines, "/system").items():
        key, rest = _first(at)
        lines[f"/{_RENAMED.get(key, key)}{rest}"] = line
        if key in APPROVAL_KEYS:
            lines[f"/approval/{key}"] = line
    for key in APPROVAL_KEYS[1:]:
        lines.pop(f"/{key}", None)
    for key in ("users", "settings", "prohibited_uses", "jurisdictions"):
        if len(getattr(facts, key)) < len(getattr(system, key)):  # elements moved up: the list's line is true
            lines = {at: line for at, line in lines.items() if not at.startswith(f"/{key}/")}
    _add(gathering, facts, file, lines, times.last_change)


def _add_roster(
    gathering: Gathering, config: ProjectConfig, document: Document, file: SourceFile, times: _Times
) -> None:
    sections: list[tuple[str, OwnerSection | RoleSection, str]] = [
        (area, getattr(config.owners, area), f"/owners/{area}") for area in _AREAS
    ]
    sections += [(role.role, role, f"/roles/{index}") for index, role in enumerate(config.roles)]
    lines: dict[str, int] = {}
    parts = _by_part(document.lines)
    people = []
    for index, (role, section, at) in enumerate(sections):
        people.append(
            RosterEntry(
                role=role,
                person=_person(section.person),
                deputy=_person(section.deputy),
                since=section.since,
                until=section.until if isinstance(section, RoleSection) else None,
                contact=_person(section.contact),
            )
        )
        base = f"/people/{index}"
        if at in document.lines:
            lines[base] = lines[f"{base}/role"] = document.lines[at]
        for below, line in parts.get(at, {}).items():
            lines[base + below] = line
    _add(gathering, Roster(people=tuple(people)), file, lines, times.last_change)


def _add_criteria(
    gathering: Gathering, config: ProjectConfig, document: Document, file: SourceFile, times: _Times
) -> None:
    if not config.acceptance_criteria:
        reason = "no acceptance criteria are recorded here"
        line = document.lines.get("/acceptance_criteria")
        gathering.problem("absent", file.path, reason, line=line, types=("acceptance_criteria",))
        return
    facts = AcceptanceCriteria(
        criteria=config.acceptance_criteria,
        committed_at=times.criteria and times.criteria.at,
        backdated_to=backdated_to(times.criteria),
    )
    lines = {f"/criteria{at}": line for at, line in _below(document.lines, "/acceptance_criteria").items()}
    _add(gathering, facts, file, lines, times.criteria)


def _add(
    gathering: Gathering,
    facts: SystemProfile | Roster | AcceptanceCriteria,
    file: SourceFile,
    lines: Mapping[str, int],
    change: Dating | None,
) -> None:
    if change is not None:
        effective = Effective(end=change.at, basis="last commit that changed it")
    else:
        effective = Effective(end=gathering.request.as_of, basis="as read; not under version control")
    gathering.add(
        _TYPES[type(facts)],
        facts,
        path=file.path,
        digest=file.digest,
        effective=effective,
        lines=lines,
        file=file,
        change=change,
    )


def _named(gathered: Gathered) -> Gathered:
    """The same, its items saying that the configuration declared them."""
    items = tuple(
        item.model_copy(update={"provenance": item.provenance.model_copy(update={"kind": DECLARED})})
        for item in gathered.result.items
    )
    return Gathered(result=gathered.result.model_copy(update={"items": items}), copies=gathered.copies)


def _person(name: str | None) -> str | None:
    """Who is named; `TBD`, `none` and the like name nobody."""
    return None if name is None or names_nobody(name) else name


def _said(text: str) -> str:
    return "" if is_mark(text) else text


def _all_said(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if not is_mark(text))


def _below(lines: Mapping[str, int], at: str) -> dict[str, int]:
    """Lines of what stands below a pointer, by the rest of their pointers."""
    return {pointer.removeprefix(at): line for pointer, line in lines.items() if pointer.startswith(f"{at}/")}


def _by_part(lines: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """What `_below` gives for each pointer of two steps, in one pass: there may be many roles."""
    found: dict[str, dict[str, int]] = {}
    for pointer, line in lines.items():
        _, *steps = pointer.split("/", 3)
        if len(steps) > 2:  # noqa: PLR2004 - below two steps
            found.setdefault(f"/{steps[0]}/{steps[1]}", {})[f"/{steps[2]}"] = line
    return found


def _first(at: str) -> tuple[str, str]:
    key, slash, rest = at.removeprefix("/").partition("/")
    return key, slash + rest
