"""Lines that tempt to a "yes" which they do not carry: a word of the subject, a warranty, a script, an announcement."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.documents import documents, is_aside, is_of_the_whole, is_retold, prose_of
from tieout.inspection.reading.source_code import programs, searched, settings
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: As many as a person looks at.
MOST: Final = 3
_NOT_SHOWN: Final = frozenset({PlaceClass.VENDORED, PlaceClass.TEST, PlaceClass.ARCHIVE, PlaceClass.EXAMPLE})
_LICENCE = re.compile(r"^(?:\.github/)?(?:licen[cs]e|copying)(?:\.(?:md|txt|rst))?$", re.IGNORECASE)
_PLAIN_TEXT: Final = ".txt"
_AS_IS = compile_bytes(r"\"as[- ]is\"|\bas[- ]is\b[\"']? basis|without warrant(?:y|ies)", folded=True)

#: Says that versions or the whole are not looked after any more, and names no policy.
ENDED: Final = compile_bytes(
    r"\bno longer (?:being |actively )*(?:maintained|supported|developed)\b"
    r"|\b(?:not|isn't) (?:being |actively )*maintained\b"
    r"|\bunmaintained\b|\b(?:is|are|was|been|now) deprecated\b|\b(?:drop(?:s|ped)?|removed) support\b"
    r"|\b(?:is|been) archived\b|\b(?:in|into) maintenance mode\b",
    folded=True,
)
#: Takes machines and data away, and says nothing of users, records and duties.
DESTROYS: Final = compile_bytes(
    r"\b(?:terraform|tofu|terragrunt|pulumi|cdk|sam|serverless) (?:-\S+ )*(?:destroy|delete|remove)\b"
    r"|\bhelm (?:uninstall|delete)\b|\bkubectl delete (?:ns|namespace|-f|-k)\b|\bfly(?:ctl)? (?:apps )?destroy\b"
    r"|\bdocker[- ]compose down\b[^\n]{0,40} (?:-v|--volumes)|\bcloudformation delete-stack\b"
    r"|\b(?:az|gcloud) [\w -]{1,40} delete\b",
    folded=True,
)
#: Words by which a document speaks of taking everything down.
TAKES_DOWN: Final = compile_bytes(
    r"\bto destroy (?:all|the|everything|your)\b|\btear(?:ing)?[- ]?down\b|\bclean(?:ing)? up (?:all|the|your)"
    r" resources\b"
    r"|\bdecommission\w*|\bsunset(?:ting|ted)?\b",
    folded=True,
)
#: Tells users how to get an older version, and not operators how to go back.
GOES_BACK: Final = compile_bytes(
    r"\bgit checkout v?\d|\bdowngrad(?:e|ing) (?:to|from)\b|\broll(?:ing)? back\b|\brollbacks?\b"
    r"|\b(?:install|use|pin|checkout|check out|get back to|return to|revert to) (?:the |an |to )*(?:old|older|previous"
    r"|earlier) (?:versions?|releases?)\b",
    folded=True,
)
#: Commands that go back.
UNDOES: Final = compile_bytes(
    r"\bhelm rollback\b|\bkubectl rollout undo\b|\balembic downgrade\b|\bdb:rollback\b|\bgit revert\b"
    r"|\brollback[-_](?:enabled|on|policy)\b|\bdeployment_circuit_breaker\b|\bauto[-_]?rollback\b",
    folded=True,
)
INCIDENTS: Final = compile_bytes(r"\bincidents?\b|\boutages?\b|\bpost-?mortems?\b", folded=True)
RUNBOOKS: Final = compile_bytes(r"\brun ?books?\b|\bplaybooks?\b|\bon-?call\b|\brunbook_url\b", folded=True)
SWITCHES: Final = compile_bytes(
    r"\bkill[-_ ]?switch\w*|\bmaintenance[-_ ]mode\b|\bfeature[-_ ]flags?\b|\bcircuit[-_ ]breakers?\b", folded=True
)
BIASED: Final = compile_bytes(r"\b(?:bias(?:es|ed)?|fairness|discriminat(?:ion|ory)|underrepresent\w+)\b", folded=True)
CHECKED: Final = compile_bytes(r"\bhumans?[- ]in[- ]the[- ]loop\b|\bhuman (?:review|feedback|approval)\b", folded=True)


def warranty(repository: Repository) -> list[InspectedPlace]:
    """The line of a licence that gives no warranty: of the software, and nothing on its answers."""
    files = [file for file in repository.files if file.kind == "file" and _LICENCE.search(file.path)]
    found = (
        text.place(hit.line, "a licence gives no warranty", counts=False)
        for text in repository.texts(files)
        if (hit := text.first(_AS_IS)) is not None
    )
    return list(islice(found, 1))


def in_prose(
    repository: Repository, words: Any, shows: str, *, most: int = MOST, of_the_past: bool = False
) -> list[InspectedPlace]:
    """Sentences of documents that hold words, the documents of the whole first; one of each document.

    Args:
        repository: The commit.
        words: Of `compile_bytes`.
        shows: What stands there.
        most: As many at most.
        of_the_past: Notes on releases and the like, too.
    """
    return list(islice(_in_prose(repository, words, shows, of_the_past=of_the_past), most))


def _in_prose(repository: Repository, words: Any, shows: str, *, of_the_past: bool) -> Iterator[InspectedPlace]:
    files = [
        file
        for file in documents(repository)
        if file.path_class not in _NOT_SHOWN
        and not file.name.endswith(_PLAIN_TEXT)
        and not is_aside(file.path)
        and (of_the_past or not is_retold(file.path))
    ]
    files.sort(key=lambda file: (not is_of_the_whole(file.path), file.path.count("/"), file.path))
    for text in repository.texts(files):
        prose = prose_of(repository, text.path) if words.search(text.data) else None
        line = None
        for paragraph in prose.paragraphs if prose is not None else ():
            line = paragraph.found(words)
            if line is not None:
                yield text.place(line, shows, counts=False)
                break


def in_programs(repository: Repository, words: Any, shows: str, *, most: int = MOST) -> list[InspectedPlace]:
    """Lines of live programs, scripts and settings that hold words; one of each file."""
    files = [*programs(repository), *settings(repository)]
    found = (
        source.text.place(hit.line, shows, counts=False)
        for source in searched(repository, sorted(files, key=lambda file: file.path), words)
        if (hit := next(source.hits(words), None)) is not None
    )
    return list(islice(found, most))
