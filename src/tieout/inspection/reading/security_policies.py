"""Security policies: where a vulnerability is reported, how soon somebody answers, which versions are mended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.documents import prose_of
from tieout.inspection.reading.package_metadata import packages
from tieout.inspection.reading.people import is_placeholder
from tieout.inspection.reading.prose import Prose
from tieout.inspection.reading.unread import unread_of
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes

_POLICY = re.compile(
    r"^(?:\.github/|\.gitlab/|docs?/)?security(?:[-_ ]policy)?(?:\.(?:md|rst|txt|adoc))?$", re.IGNORECASE
)
_POLICY_NAME = re.compile(r"(?:^|/)security(?:[-_ ]policy)?\.(?:md|rst|txt|adoc)$", re.IGNORECASE)
_PROGRAMME = compile_bytes(r"\bbount(?:y|ies)\b[^.]{0,20}\bprogram|\bbug bount|\bdisclosure program", folded=True)
_OF_WEAKNESSES = compile_bytes(r"\bsecurity\b|vulnerabilit", folded=True)
_SECURITY_TXT = re.compile(r"(?:^|/)(?:\.well-known/)?security\.txt$")
_OTHER = re.compile(r"^(?:\.github/|docs?/)?(?:readme|contributing|support)(?:\.(?:md|rst|txt|adoc))?$", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?:^|/)security[^/]*\.(?:md|rst|txt|adoc)$", re.IGNORECASE)

# Words of the form that a forge offers for a new policy, and of forms that people copy: whoever fills one in replaces
# them.
_UNFILLED = compile_bytes(
    r"use this section to tell|tell them where to go|\[(?:insert|your|add) [^\]\n]{0,60}\]|todo: ?(?:add|fill)",
    folded=True,
)
_SAMPLE_VERSIONS: Final = ("5.1.x", "5.0.x", "4.0.x", "< 4.0")
_ADDRESS = compile_bytes(
    r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9._-]+ ?[\[(]at[\])] ?[a-z0-9-]+[a-z0-9. ()\[\]-]*", folded=True
)
_CHANNEL = compile_bytes(
    r"/security/advisories\b|hackerone\.com/|bugcrowd\.com/|intigriti\.com/|huntr\.(?:dev|com)"
    r"|https?://[^\s)>\]]{0,200}(?:report|vulnerabilit|disclos|submit)"
    r"|private(?:ly)? (?:vulnerability )?report(?:ing)? (?:feature|form|via github|on github|through github)"
    r"|report a vulnerability.{0,3} (?:button|tab)"
    r"|\b(?:click|select|choose|press|open|use)\b[^.\n]{0,60}report a vulnerab"
    r"|\bprivate (?:vulnerability|security) (?:report|advisor)"
    r"|\b(?:privately|private report)[^.\n]{0,60}\bsecurity tab\b",
    folded=True,
)
#: A line that names a channel to say that it is none.
_NO_CHANNEL = compile_bytes(
    r"\b(?:not|never|isn't|don't|doesn't|disabled|unavailable)\b[^.;:,]{0,30}\b(?:private|privately)\b"
    r"|\b(?:private|privately)\b[^.;:,]{0,60}\b(?:is|are) (?:not|currently|disabled|unavailable)\b",
    folded=True,
)
_REPORTING = compile_bytes(r"report|disclos|vulnerab", folded=True)
_HEADING = re.compile(r"\b(?:security|vulnerabilit\w+|responsible disclosure)\b", re.IGNORECASE)
_DURATION = compile_bytes(
    r"\b(?:\d{1,3}|an?|one|two|three|four|five|six|seven|ten|fourteen|thirty|ninety)"
    r"(?:[ -](?:few|full|working|business|calendar|work))?[ -](?:hour|day|week|month)s?\b|\b\d{1,3} ?h\b",
    folded=True,
)
_ANSWERING = compile_bytes(
    r"respon[ds]|repl(?:y|ies)|acknowledg|answer|triage|assess|confirm|resol|fix|patch|disclos|(?:hear|get) back"
    r"|follow[- ]up",
    folded=True,
)
_SUPPORTING = compile_bytes(r"\bsupport(?:ed|s)?\b|maintain", folded=True)
_VERSIONS = re.compile(
    r"\bversions?\b.{0,40}\bsupport|\bsupported\b|\bmaintained (?:versions?|releases?)\b", re.IGNORECASE
)
_NEWEST: Final = r"(?:latest|most recent|current|newest|last)[^.\n]{0,60}(?:version|release|minor|major)"
_MENDED: Final = r"(?:support|receiv|security (?:fix|update|patch)|maintain)"
_ADVISED = compile_bytes(r"recommend|encourage|advis|please (?:use|upgrade|update)", folded=True)
_SUPPORT = compile_bytes(rf"{_NEWEST}[^.\n]{{0,80}}{_MENDED}|{_MENDED}[^.\n]{{0,80}}{_NEWEST}", folded=True)
_FOREIGN = compile_bytes(r"upstream|rather than|third[- ]party|other projects?\b|dependenc(?:y|ies)\b", folded=True)
_SOON = compile_bytes(
    r"\bas (?:soon|quickly|fast) as (?:possible|we can)|\b(?:promptly|timely|best[- ]effort|in due (?:time|course))\b",
    folded=True,
)
_MOST_HOPES: Final = 3
#: Lines after the first address in which another one still belongs to it.
_FURTHEST: Final = 25
#: Sections of one document that are looked at.
_MOST: Final = 20
#: A policy that only advises to use the newest version.
ADVICE: Final = "advice to use the newest version"
_EMPHASIS: Final = bytes.maketrans(b"*_`", b"   ")


@dataclass(frozen=True, slots=True)
class Found:
    """A line of a policy that answers something.

    Attributes:
        line: 1-based.
        kind: What stands there, in a word or two.
    """

    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A file that is a security policy by its name and place, or a section that speaks like one.

    Attributes:
        path: Of the file.
        is_policy: By name and place; False for a section of a readme or guide.
        unfilled: The line by which it is a form that nobody has filled in.
        addresses: Where a report is sent to.
        times: Sentences that say how soon something happens.
        versions: Which versions are mended.
        lines: Lines of the file.
    """

    path: str
    is_policy: bool
    unfilled: Found | None
    addresses: tuple[Found, ...]
    times: tuple[Found, ...]
    versions: tuple[Found, ...]
    lines: int


def policies(repository: Repository) -> list[Policy]:
    """Policies at the places where forges and readers look, `.github` first; then sections that say how to report."""
    foreign = {PlaceClass.VENDORED, PlaceClass.TEST, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE}
    named = [file for file in repository.matching(_POLICY) if file.path_class not in foreign]
    texts = [
        file for file in repository.matching(_SECURITY_TXT) if file.path_class not in foreign and file not in named
    ]
    found = [policy for file in [*named, *texts] if (policy := _read(repository, file)) is not None]
    for file in repository.matching(_OTHER):
        found.extend(_section(repository, file))
    return found


def of_parts(repository: Repository) -> list[Policy]:
    """Policies in the folder of a package that the project is made of: of that part, where no forge looks."""
    folders = {package.folder for package in packages(repository) if package.folder}
    files = [
        file
        for file in repository.matching(_POLICY_NAME)
        if file.folder in folders and file.path_class is PlaceClass.LIVE and not _POLICY.search(file.path)
    ]
    read = (_read(repository, file) for file in files[:_MOST])
    return [policy for policy in read if policy is not None and policy.addresses]


def programmes(repository: Repository) -> list[tuple[str, int]]:
    """Paths and lines of guides that send weaknesses to a programme for them, by a link."""
    found = []
    for file in repository.matching(_OTHER):
        prose = prose_of(repository, file.path)
        for paragraph in prose.paragraphs if prose is not None else ():
            line = paragraph.found(_PROGRAMME)
            if line is not None and paragraph.found(_OF_WEAKNESSES) is not None:
                text = repository.text(file.path)
                near = range(line, min(line + 4, len(text.lines()))) if text is not None else ()
                if text is not None and any("https://" in text.line(number) for number in (line, *near)):
                    found.append((file.path, line))
                break
    return found


def unread(repository: Repository) -> list[str]:
    """Policies that are there by their names and cannot be read."""
    return unread_of(repository, _POLICY)


def lookalikes(repository: Repository) -> list[str]:
    """Documents called after security that stand where nobody looks for a policy."""
    return [
        file.path
        for file in repository.matching(_ELSEWHERE)
        if not _POLICY.search(file.path) and file.path_class is not PlaceClass.VENDORED
    ]


def _read(repository: Repository, file: File) -> Policy | None:
    text, prose = repository.text(file.path), prose_of(repository, file.path)
    if text is None:
        return None
    seen = _seen(text, prose, range(1, text.data.count(b"\n") + 2))
    form = next(
        (Found(line, "words of the form that nobody has replaced") for line, raw in seen if _UNFILLED.search(raw)), None
    )
    return Policy(
        path=file.path,
        is_policy=True,
        unfilled=form,
        addresses=() if form is not None else tuple(_addresses(seen)),
        times=() if form is not None else tuple(_times(seen)),
        versions=tuple(_versions(seen, prose, is_form=form is not None)),
        lines=len(text.data.splitlines()),
    )


def _section(repository: Repository, file: File) -> Iterator[Policy]:
    text, prose = repository.text(file.path), prose_of(repository, file.path)
    if text is None or prose is None:
        return
    for section in [one for one in prose.headings if _HEADING.search(one.title)][:_MOST]:
        seen = _seen(text, prose, range(section.line, section.end + 1))
        found = tuple(one for one in _addresses(seen) if one.kind == "address")
        if found and any(_REPORTING.search(raw) for _, raw in seen):
            yield Policy(
                path=file.path,
                is_policy=False,
                unfilled=None,
                addresses=found,
                times=tuple(_times(seen)),
                versions=(),
                lines=len(seen),
            )
            return


def _seen(text: Text, prose: Prose | None, lines: range) -> list[tuple[int, bytes]]:
    """Lines that a reader sees: no comment and no block of code."""
    hidden = {line.number for line in (*prose.code, *prose.comments)} if prose is not None else set()
    every = text.data.split(b"\n")
    return [(number, every[number - 1][:4_000]) for number in lines if number not in hidden and number <= len(every)]


def _addresses(seen: list[tuple[int, bytes]]) -> Iterator[Found]:
    """Where a report goes; not where one goes that is the business of another project."""
    first, is_foreign = 0, False
    for number, raw in seen:
        is_foreign = not raw.startswith(b"#") and (is_foreign or _FOREIGN.search(raw) is not None)
        if is_foreign or (first and number - first > _FURTHEST):
            continue
        address = _ADDRESS.search(raw)
        if address is not None and not is_placeholder(address.group().decode("utf-8", "replace")):
            first = first or number
            yield Found(number, "address")
        elif _CHANNEL.search(raw) and not _NO_CHANNEL.search(raw):
            first = first or number
            yield Found(number, "form or private report")


def _times(seen: list[tuple[int, bytes]]) -> Iterator[Found]:
    """Lines with a length of time, where they or the line before speak of an answer or a repair."""
    before = b""
    for number, marked in seen:
        raw = b" ".join(marked.translate(_EMPHASIS).split())
        speaks = _ANSWERING.search(raw) or (_ANSWERING.search(before) and not _SUPPORTING.search(raw))
        if _DURATION.search(raw) and speaks:
            yield Found(number, "how soon")
        before = raw


def hopes(repository: Repository, policy: Policy) -> list[int]:
    """Lines of a policy that hope for a soon answer and name no time."""
    text = repository.text(policy.path)
    return [hit.line for hit in text.hits(_SOON)][:_MOST_HOPES] if text is not None else []


def _versions(seen: list[tuple[int, bytes]], prose: Prose | None, *, is_form: bool) -> Iterator[Found]:
    rows = [
        (row.line, row.cells)
        for section in (prose.headings if prose is not None else ())
        if _VERSIONS.search(section.title)
        for table in prose.tables_within(section)  # type: ignore[union-attr]  # headings come from it
        for row in table.rows
        if row.cells
    ]
    sample = [cells[0] for _, cells in rows] == list(_SAMPLE_VERSIONS)
    if is_form or sample:
        return
    yield from (Found(line, "a row of supported versions") for line, _ in rows)
    for number, marked in seen:
        raw = marked.translate(_EMPHASIS)
        told = _SUPPORT.search(raw)
        if told is not None:
            yield Found(number, ADVICE if _ADVISED.search(raw, 0, told.start()) else "which versions are mended")
