"""What documents tell of the project itself beside other things: that nobody keeps it up, where to complain."""

import re
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.documents import prose_of
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.patterns import compile_bytes

_README = re.compile(r"\A(?:\.github/|docs/)?readme(?:\.(?:md|rst|txt|adoc))?\Z", re.IGNORECASE)
_CONDUCT = re.compile(r"\A(?:\.github/|docs/)?code[-_]of[-_]conduct(?:\.(?:md|rst|txt|adoc))?\Z", re.IGNORECASE)
_GUIDE = re.compile(r"\A(?:\.github/|docs/)?(?:readme|contributing)(?:\.(?:md|rst|txt|adoc))?\Z", re.IGNORECASE)
_PROJECT: Final = r"(?:this|the) (?:\w+ )?(?:repository|repo|project|package|library|software|code ?base)"
_UNKEPT: Final = compile_bytes(
    rf"\b{_PROJECT} (?:is|has been|was) (?:now |currently )?(?:not (?:actively |being )?maintained|unmaintained"
    r"|no longer (?:actively )?(?:maintained|developed|supported)|deprecated|archived|abandoned|discontinued"
    r"|looking for (?:a )?(?:new )?maintainers?)\b"
    rf"|\bno longer (?:actively )?maintain(?:s|ing)? {_PROJECT}\b|\A(?:un|not )maintained\b",
    folded=True,
)
_COMPLAINT: Final = compile_bytes(r"\b(?:reported|report|contacting|contact)\b", folded=True)
_ADDRESS: Final = compile_bytes(r"[\w.+-]{1,80}@[\w-]{1,80}(?:\.[\w-]{1,40}){1,5}|\[INSERT [A-Z ]{1,40}\]")
_BUGS: Final = compile_bytes(
    r"\b(?:report|track|file|open|raise|submit)(?:s|ing)?\b[^.]{0,40}\b(?:bugs?|issues?)\b"
    r"|\bgithub issues\b|\bissue tracker\b",
    folded=True,
)
_SECURITY: Final = compile_bytes(r"\bsecurity\b|vulnerabilit", folded=True)


def unkept(repository: Repository) -> list[InspectedPlace]:
    """The line of a readme that says that the project is not maintained any more; it names nobody who does it."""
    return _first(repository, _README, _UNKEPT, "says that the project is not maintained any more")


def conduct(repository: Repository) -> list[InspectedPlace]:
    """The line of a code of conduct that gives an address: for complaints, not for owners or weaknesses."""
    for file in _files(repository, _CONDUCT):
        prose = prose_of(repository, file.path)
        for paragraph in prose.paragraphs if prose is not None else ():
            line = paragraph.found(_ADDRESS)
            if line is not None and paragraph.found(_COMPLAINT) is not None:
                return [repository.place(file.path, line, "an address for complaints", counts=False, quoted=False)]
    return []


def bug_reports(repository: Repository) -> list[InspectedPlace]:
    """The line of a guide that sends reports of bugs somewhere, without a word on security."""
    return _first(repository, _GUIDE, _BUGS, "sends reports of bugs to a public place", without=_SECURITY)


def _first(
    repository: Repository, wanted: "re.Pattern[str]", pattern: Any, shows: str, *, without: Any = None
) -> list[InspectedPlace]:
    """The first line of each document that a pattern finds in its running text; headings and code are none."""
    found = []
    for file in _files(repository, wanted):
        prose = prose_of(repository, file.path)
        for paragraph in prose.paragraphs if prose is not None else ():
            line = paragraph.found(pattern)
            if line is not None and (without is None or paragraph.found(without) is None):
                found.append(repository.place(file.path, line, shows, counts=False, quoted=False))
                break
    return found


def _files(repository: Repository, wanted: "re.Pattern[str]") -> list[File]:
    return sorted(repository.matching(wanted), key=lambda file: (file.path.count("/"), file.path))
