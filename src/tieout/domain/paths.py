"""What kind of place a path stands in; only live paths count as configuration or record."""

import re
from typing import Final

from tieout.domain.evidence import PathClass

# Named after its test only where the file is source code: `drills/2026-09-alert-test.yaml` is a record.
_CODE = r"(?:py|pyi|[cm]?[jt]sx?|go|rs|java|kt|scala|rb|php|cs|c|cc|cpp|h|hpp|swift|dart|ex|exs|sh|bats|r|jl|lua)"
_TEST = re.compile(
    r"(^|/)(tests?|testing|__tests__|fixtures?|test[-_]?data|mocks?|specs?)(/|$)"
    rf"|(^|/)(test_[^/]*\.{_CODE}|[^/]*[._-](test|spec)\.{_CODE}|conftest\.py)$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"(^|/)(examples?|samples?|demos?|cookbooks?)(/|$)|[._-](example|sample|dist|demo)([._-]|$)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"(^|/)(templates?|skeletons?|boilerplate)(/|$)|[._-](template|tmpl|tpl)([._-]|$)|\.(j2|jinja2?|tmpl|tpl)$",
    re.IGNORECASE,
)
_DOCUMENTATION = re.compile(r"(^|/)(docs?|documentation|wiki|website)(/|$)", re.IGNORECASE)

#: Classes of the system's own files, whether they are in use or not: they have owners, and data may stand there.
OWN: Final = frozenset({PathClass.LIVE, PathClass.ARCHIVE, PathClass.NON_PRODUCTION})

#: Words of a folder's or file's name: `stagingGateway-v2` has three.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_ENDING = re.compile(r"\.(?:ya?ml|json|jsonl|ndjson|toml|ini|env|conf|cfg|properties|md|txt|log|gz)$", re.IGNORECASE)
_DISUSED = frozenset({"archived", "attic", "bak", "deprecated", "donotuse", "obsolete", "superseded", "unused"})
_ELSEWHERE = frozenset(
    {"dev", "nonprod", "nonproduction", "preprod", "preproduction", "sandbox", "staging", "stg", "uat"}
)
#: Words that are part of many a live thing's name; they count as the first or last word of a name only.
_DISUSED_AT_AN_END = frozenset({"old"})
_ELSEWHERE_AT_AN_END = frozenset({"develop", "development", "preview", "qa", "stage"})
_DISUSED_FOLDER_AT_AN_END = frozenset({"archive", "archives"})
#: ... and these only as the whole name of a folder: a backup route and the legacy claims system are live.
_DISUSED_FOLDER = frozenset({"backup", "backups", "graveyard", "legacy", "retired", "trash"})
_DISUSED_PART = re.compile(r"(?:^|\.)(backups?|orig)(?:\.|$)|[-_](backup)[-_.]?\d", re.IGNORECASE)
#: Words of configuration that is switched off, or not there yet: the last of a name, and these also the first.
_UNUSED_LAST = frozenset({"disabled", "draft", "drafts", "inactive", "playground", "tutorial", "tutorials", "wip"})
_UNUSED_FIRST = frozenset({"draft", "drafts", "wip"})
#: ... and these only as the whole name of a folder; what somebody else ships is in use where somebody copies it out.
_UNUSED_FOLDER = frozenset({"node modules", "poc", "vendor"})
#: What a file manager or an editor calls a copy, and how the tests of Prometheus' rules are called.
_COPY = re.compile(r"(?:~|[ ]copy(?:[ ]\d{1,4})?)$", re.IGNORECASE)
_RULE_TEST = re.compile(r"_test\.ya?ml$", re.IGNORECASE)
_PHRASES = {
    "do not use": "donotuse",
    "non prod": "nonprod",
    "non production": "nonproduction",
    "pre prod": "preprod",
    "pre production": "preproduction",
}
#: `dev-ops` and `dev-tools` are no environment.
_NOT_DEV = re.compile(r"\bdev (?:ops|tools?|kit|rel|container|guide)\b")


def classify(path: str) -> PathClass:
    """The class of a path by its folders and its name, most doubtful first.

    A test fixture of an example is a test; what matches nothing is live.
    """
    for pattern, kind in (
        (_TEST, PathClass.TEST),
        (_EXAMPLE, PathClass.EXAMPLE),
        (_TEMPLATE, PathClass.TEMPLATE),
        (_DOCUMENTATION, PathClass.DOCUMENTATION),
    ):
        if pattern.search(path):
            return kind
    if disused_by(path):
        return PathClass.ARCHIVE
    return PathClass.NON_PRODUCTION if elsewhere_by(path) else PathClass.LIVE


def disused_by(path: str) -> str | None:
    """The word by which a path says that what stands there is an archive, a backup or no longer in use."""
    *folders, name = path.split("/")
    for folder in folders:
        words = _words(folder)
        letters = [word for word in words if not word.isdecimal()]
        if found := _found(words, _DISUSED, _DISUSED_AT_AN_END | _DISUSED_FOLDER_AT_AN_END):
            return found
        if len(letters) == 1 and letters[0] in _DISUSED_FOLDER:
            return letters[0]
    part = _DISUSED_PART.search(name)
    return _found(_words(_stem(name)), _DISUSED, _DISUSED_AT_AN_END) or (
        (part[1] or part[2]).lower() if part is not None else None
    )


def elsewhere_by(path: str) -> str | None:
    """The word by which a path says that what stands there is of another environment than production."""
    *folders, name = path.split("/")
    for segment in (*folders, _stem(name)):
        if found := _found(_words(segment), _ELSEWHERE, _ELSEWHERE_AT_AN_END):
            return found
    return None


def unused_by(path: str) -> str | None:
    """The word by which a path says that configuration there is not in use: a draft, switched off, or a test of rules.

    Records and source code are not judged by it: a draft has its own field in a record, and code is used from anywhere.
    """
    *folders, name = path.split("/")
    for folder in folders:
        words = [word for word in _words(folder) if not word.isdecimal()]
        if " ".join(words) in _UNUSED_FOLDER:
            return folder
        if found := _at_its_end(words):
            return found
    if _RULE_TEST.search(name):
        return "_test"
    stem = _stem(name)
    copy = _COPY.search(stem)
    return copy[0].strip() if copy else _at_its_end([word for word in _words(stem) if not word.isdecimal()])


def _at_its_end(words: list[str]) -> str | None:
    last, first = words[-1:], words[:1]
    return next((word for word in last if word in _UNUSED_LAST), None) or next(
        (word for word in first if word in _UNUSED_FIRST), None
    )


def _words(segment: str) -> list[str]:
    """The words of a name in small letters, phrases of two or three as one."""
    text = _NOT_DEV.sub("", " ".join(_WORD.findall(segment)).lower())
    for phrase, word in _PHRASES.items():
        text = re.sub(rf"\b{phrase}\b", word, text)
    return text.split()


def _stem(name: str) -> str:
    """A file's name without its endings (`gateway.dev.yaml` is `gateway.dev`)."""
    while (shorter := _ENDING.sub("", name)) not in {name, ""}:
        name = shorter
    return name


def _found(words: list[str], anywhere: frozenset[str], at_an_end: frozenset[str]) -> str | None:
    found = next((word for word in words if word in anywhere), None)
    return found or next((word for word in (*words[:1], *words[-1:]) if word in at_an_end), None)
