"""Where secrets stand in the files of a commit, and what only looks like one: fast enough for every file.

Keys that tell by their shape who issued them decide; the rules for them are those of `kernel/reading/redaction`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any, Final

import re2

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.source_code import is_program, is_settings
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes
from tieout.kernel.reading.redaction import redact
from tieout.kernel.reading.redaction_issuers import ISSUED
from tieout.kernel.reading.redaction_judges import is_unlike_names
from tieout.kernel.reading.redaction_keys import Sense, sense_of
from tieout.kernel.reading.redaction_patterns import Rule
from tieout.kernel.reading.redaction_rules import RULES


class Mark(StrEnum):
    """What a place that looks like a secret is."""

    KEY = "key"  # of an issuer, or a private key
    ASSIGNED = "assigned"  # a value under the name of a secret that looks chosen to be unguessable
    DOCUMENTED = "documented example"
    PLACEHOLDER = "placeholder"
    TOKEN = "token"  # noqa: S105 - a kind; a signed token, which says nothing of how long it opens anything
    HEADER = "header of a key"
    PUBLIC = "public key or certificate"
    FIXED = "fixed password of a Compose file"  # of a service that people may run for themselves only


@dataclass(frozen=True, slots=True)
class Marked:
    """One place.

    Attributes:
        text: The file.
        line: 1-based.
        mark: What it is.
        kind: What kind of key, for people.
    """

    text: Text
    line: int
    mark: Mark
    kind: str


_CARRIED: Final = ("jwt",)
_RULES: Final[tuple[Rule, ...]] = (*ISSUED, *(rule for rule in RULES if rule.id in _CARRIED))
_AUTOMATON_BYTES: Final = 64 << 20
_AROUND: Final = 160
#: Marks of one file that are looked at; a file of thousands is data, and one place tells it.
_MOST_OF_A_FILE: Final = 40
#: Names of secrets of one file whose values are looked at.
_MOST_NAMES: Final = 5_000

_HEADER = compile_bytes(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}(?P<what>PRIVATE KEY|PUBLIC KEY|CERTIFICATE)(?: BLOCK)?-----")
_FOOTER = b"-----END "
_BODY = compile_bytes(r"[A-Za-z0-9+/=]{40,}")
#: A PKCS #8 key of the shortest usual kind (Ed25519) has 64 characters of base64; RSA has a thousand and more.
_LEAST_BODY: Final = 60
_LONGEST_BODY: Final = 16_000

_NAME = (
    r"[A-Za-z0-9_.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|credential"
    r"|(?:api|access|secret|private|master|auth|encryption|signing|account)[_-]?key)[A-Za-z0-9_-]{0,24}"
)
_ASSIGNED = compile_bytes(
    rf"(?P<name>{_NAME})[\"'\]]{{0,2}}[ \t]*(?::=|=>|=|:)[ \t]*[\"'](?P<value>[^\s\"'<>{{}}()\\$]{{3,200}})[\"']",
    folded=True,
)
# Unquoted: only where the whole line is one setting.
_SET = compile_bytes(
    rf"(?m:^[ \t]*(?:export[ \t]+|-[ \t]+)?(?P<name>{_NAME})[ \t]*[:=][ \t]*(?P<value>[^\s\"'<>{{}}()\\$#&*!"
    rf"|]{{3,200}})[ \t\r]*$)",
    folded=True,
)
_STANDS_FOR = re.compile(
    rb"\.{3}|change.?(?:me|it|this)|your|example|placeholder|dummy|sample|redacted|x{4}|\*{3}|todo|fixme|insert|replace"
    rb"|fake|mock|not.?a|foobar|lorem|set-|<|>|\{\{|secret.?(?:key|name|id)|default|test|insecure|local|demo",
    re.IGNORECASE,
)
_SEQUENCES: Final = (
    b"12345678",
    b"23456789",
    b"abcdefgh",
    b"abcdef0123",
    b"0123456789",
    b"qwerty",
    b"aaaaaaa",
    b"0000000",
)
_COMPOSE = re.compile(r"(^|/)(?:docker-|podman-)?compose(?:[._-][^/]*)?\.ya?ml$", re.IGNORECASE)
_IN_TEMPLATE = re.compile(r"^\.env(?:[._-].*)?$|\.env$")
#: A name and a value of one environment variable, as Compose and files of variables write them.
_VARIABLE = compile_bytes(
    r"(?m:^[ \t]*(?:-[ \t]*)?[\"']?(?P<name>[A-Za-z0-9_]*(?:PASS(?:WORD|WD)?|SECRET|TOKEN|API_?KEY|ACCESS_?KEY"
    r"|SECRET_?KEY)[A-Za-z0-9_]{0,12})[\"']?[ \t]*(?:=|:)[ \t]*"
    r"[\"']?(?:\$\{[A-Za-z0-9_]{1,80}:?-)?(?P<value>[^\s\"'${}<>#]{3,120})\}?[\"']?(?:[ \t]+#[^\n]*)?[ \t\r]*$)",
    folded=True,
)
_POINTS_ELSEWHERE = re.compile(
    rb"[$%&]|^@|://|env|secrets?[./]|vault|arn:|^/|\.(?:ya?ml|json|txt|pem|key|crt)$|^[A-Z][A-Z0-9_]+$"
)
_UNLIKELY: Final = (
    ".lock", ".svg", ".sum", ".png", ".gif", ".jpg", ".jpeg", ".webp", ".ico", ".pdf", ".mp4", ".mov", ".mp3", ".wav",
    ".flac", ".woff", ".woff2", ".ttf", ".zip", ".gz", ".parquet", ".onnx", ".pt", ".safetensors",
)  # fmt: skip
#: A switch, a number, an address or a path.
_NO_PASSWORD = re.compile(rb"^(?:true|false|yes|no|null|none|\d+)$|://|^/", re.IGNORECASE)
_LEAST_PASSWORD: Final = 10
_LEAST_UNGUESSABLE: Final = 16


def marks(repository: Repository) -> Iterator[Marked]:
    """Every place that holds a secret or looks like one, in the order of the files."""
    for text in repository.texts(file for file in repository.files if not _is_unlikely(file)):
        file = repository.file(text.path)
        if file is not None:
            yield from _in_text(file, text)


def _is_unlikely(file: File) -> bool:
    """Locks and pictures: nobody writes a secret there, and they are large."""
    return file.name.endswith(_UNLIKELY) or file.name in {"package-lock.json", "pnpm-lock.yaml"}


def _in_text(file: File, text: Text) -> Iterator[Marked]:
    told: dict[int, Marked] = {}
    for marked in (*_issued(text), *_headers(text)):
        told.setdefault(marked.line, marked)
    if file.path_class is PlaceClass.LIVE and (is_program(file) or is_settings(file)):
        for marked in _assigned(file, text):
            told.setdefault(marked.line, marked)
    for marked in _fixed(file, text):
        told.setdefault(marked.line, marked)
    for line in sorted(told)[:_MOST_OF_A_FILE]:
        yield told[line]


def _issued(text: Text) -> Iterator[Marked]:
    """Keys that their issuers' rules know; each is judged with what stands around it."""
    for index in _automaton().Match(text.data) or ():
        rule, pattern, group = _compiled(index)
        for match in islice(pattern.finditer(text.data), _MOST_OF_A_FILE):
            start, end = match.span(group)
            if "private_key" in rule.pattern or "PRIVATE KEY" in rule.pattern:
                continue  # _headers tells a whole one from its header
            around = text.data[max(match.start() - _AROUND, 0) : match.end() + _AROUND]
            found = {hit.rule for hit in redact(around.decode("utf-8", "replace")).hits}
            kind = rule.id.replace("-", " ")
            line = text.line_at(start)
            if f"{rule.id}-documented-example" in found:
                yield Marked(text, line, Mark.DOCUMENTED, kind)
            elif rule.id in found:
                is_token = rule.id in _CARRIED
                stands = stands_for_secret(text.data[start:end])
                mark = Mark.PLACEHOLDER if stands else Mark.TOKEN if is_token else Mark.KEY
                yield Marked(text, line, mark, kind)


def _headers(text: Text) -> Iterator[Marked]:
    """Private keys that are whole; what has a header and no body is none. Public ones and certificates, too."""
    for match in islice(_HEADER.finditer(text.data), _MOST_OF_A_FILE):
        line = text.line_at(match.start())
        if match.group(1) != b"PRIVATE KEY":
            yield Marked(text, line, Mark.PUBLIC, "public key or certificate")
            continue
        until = text.data.find(_FOOTER, match.end(), match.end() + _LONGEST_BODY)
        body = text.data[match.end() : until] if until >= 0 else b""
        size = sum(len(piece.group()) for piece in _BODY.finditer(body))
        if size < _LEAST_BODY:
            yield Marked(text, line, Mark.HEADER, "header of a private key")
        else:
            yield Marked(text, line, Mark.PLACEHOLDER if stands_for_secret(body) else Mark.KEY, "private key")


def _assigned(file: File, text: Text) -> Iterator[Marked]:
    """Values under the names of secrets: those that look chosen to be unguessable, and those that stand for one."""
    patterns = [_ASSIGNED, *([_SET] if is_settings(file) and not file.name.endswith(".json") else [])]
    for pattern in patterns:
        name, value = pattern.groupindex[b"name"], pattern.groupindex[b"value"]
        for match in islice(pattern.finditer(text.data), _MOST_NAMES):
            if sense_of(match.group(name).decode("ascii").strip("_.-")) < Sense.SECRET:
                continue
            given = match.group(value)
            line = text.line_at(match.start())
            if _is_left_open(given):
                yield Marked(text, line, Mark.PLACEHOLDER, "value that stands for a secret")
            elif _is_chosen(given, quoted=pattern is _ASSIGNED):
                yield Marked(text, line, Mark.ASSIGNED, "value under the name of a secret")


def _fixed(file: File, text: Text) -> Iterator[Marked]:
    """Passwords that a Compose file sets itself; what a template of variables has stands for a secret."""
    in_template = file.path_class in {PlaceClass.TEMPLATE, PlaceClass.EXAMPLE} and _IN_TEMPLATE.search(file.name)
    if not in_template and not (file.path_class is PlaceClass.LIVE and _COMPOSE.search(file.path)):
        return
    name, value = _VARIABLE.groupindex[b"name"], _VARIABLE.groupindex[b"value"]
    for match in islice(_VARIABLE.finditer(text.data), _MOST_OF_A_FILE):
        given = match.group(value)
        if sense_of(match.group(name).decode("ascii").strip("_")) < Sense.SECRET or _NO_PASSWORD.search(given):
            continue
        line = text.line_at(match.start(value))
        if in_template or _is_left_open(given) or _STANDS_FOR.search(given) or given.lower() == b"unused":
            yield Marked(text, line, Mark.PLACEHOLDER, "value that stands for a secret")
        else:
            yield Marked(text, line, Mark.FIXED, "fixed password")


def stands_for_secret(value: bytes) -> bool:
    """Whether a value is written to stand for a secret: an ellipsis, `changeme`, letters or digits in their order."""
    lowered = value.lower()
    return any(piece in lowered for piece in _SEQUENCES) or (
        len(value) <= _AROUND and bool(re.search(rb"\.{3}|x{5}|\*{3}|example|your[_-]|fake|dummy", lowered))
    )


def _is_left_open(value: bytes) -> bool:
    return bool(
        re.search(rb"^\.{3,}$|^x{3,}$|change.?me|^your[_-]|^<|placeholder|^replace|^insert|^todo", value.lower())
    )


def _is_chosen(value: bytes, *, quoted: bool) -> bool:
    if _STANDS_FOR.search(value) or _POINTS_ELSEWHERE.search(value) or any(s in value.lower() for s in _SEQUENCES):
        return False
    if len(value) >= _LEAST_UNGUESSABLE and is_unlike_names(value):
        return True
    kinds = (rb"[a-z]", rb"[A-Z]", rb"[0-9]", rb"[!#*+=?~^-]")
    return (
        quoted and len(value) >= _LEAST_PASSWORD and all(re.search(kind, value) for kind in kinds) and b"." not in value
    )


@cache
def _automaton() -> Any:
    """All rules in one pass: which of them a text needs to be asked about."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.max_mem = _AUTOMATON_BYTES
    found = re2.Set.SearchSet(options)
    for rule in _RULES:
        found.Add((f"(?i:{rule.pattern})" if rule.folded else rule.pattern).encode("ascii"))
    found.Compile()
    return found


@cache
def _compiled(index: int) -> tuple[Rule, Any, int]:
    rule = _RULES[index]
    pattern = compile_bytes(rule.pattern, folded=rule.folded)
    return rule, pattern, pattern.groupindex[b"secret"]
