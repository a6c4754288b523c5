"""Secrets taken out of a text before it is stored, shown or quoted; line numbers stay as they are."""

import bisect
import itertools
import math
import re
import string
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tieout.kernel.reading.redaction_rules import DOCUMENTED_EXAMPLES, MARKED, RULES, Rule, compile_bytes
from tieout.kernel.reading.text import excerpt

_MARKER = "⟨redacted:"
# Only our own ids count as a marker, so that a text cannot shield a secret by writing one around it.
_OWN_MARKER = compile_bytes(
    r"\xe2\x9f\xa8redacted:(?:" + "|".join(sorted(MARKED)) + r")"
    r"(?:-documented-example)?\xe2\x9f\xa9"
)

# Values that stand where a secret will be, or say where it is kept.
_PLACEHOLDER = compile_bytes(
    r"chang[ei][_-]?(?:me|it|this)|your[_-]|[_-]your|example|placeholder|dummy|sample|redacted|x{4}|\*{3}|\.{3}"
    r"|todo|fixme|insert[_-]|replace|fake|mock|not[_-]a[_-]|foobar|lorem|secret[_-]?(?:key|name|id)"
    r"|<|>|\{\{|\}\}|^none$|^null$|^undefined$|^(?:my|the)?[_-]?(?:password|passwd|secret|token|key)[0-9!]{0,4}$"
    r"|^(?:test|guest|admin|root|user|pass|postgres|mysql|letmein|12345)[a-z0-9]{0,8}$|^(?:test|tst)[_-]",
    folded=True,
)
_REFERENCE = compile_bytes(
    r"\$|%[({a-z]|@|&|[a-z]+://|os\.environ|env[.:/]|environ|process\.|secrets?[./]|vault:|ref\+|file:|arn:"
    r"|projects/|(?:self|config|settings|args|options|this|data|request|var|local|module|each)\.|/|\./|~/|\\|![a-z]+\z",
    folded=True,
)
# Words and numbers joined as in names, not as in random text.
_WORDS = compile_bytes(r"[A-Za-z]+[0-9]{0,3}(?:[_.:/@-]+(?:[A-Za-z]+[0-9]{0,3}|[0-9]{1,6}))*\z")
_ENVIRONMENT_NAME = compile_bytes(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\z")
_AFTER_VALUE = compile_bytes(r"[\s,;}\]|\\`\"']|\z")
_AFTER_LAST_VALUE = compile_bytes(r"[ \t]*[,;}\]]*[ \t]*\r?(?:\n|\z|#|//)")
_TURN = compile_bytes(r"[A-Za-z][0-9]|[0-9][A-Za-z]")
_MANY_TURNS = 3
_DIGIT_WITHIN = compile_bytes(r"[A-Za-z].*[0-9][A-Za-z!@#$%^&*+=?~]|[0-9][A-Za-z].*[0-9]")
# Lower-case, upper-case, digit or other: random text changes between them, names rarely do.
_CLASSES = bytes.maketrans(
    (string.ascii_lowercase + string.ascii_uppercase + string.digits).encode(),
    b"a" * 26 + b"A" * 26 + b"0" * 10,
)
_JUMBLED_LENGTH = 12
_JUMBLED_SHARE = 0.45
_IN_QUERY = compile_bytes(r"[?&][A-Za-z0-9_.-]*\z")
_IN_TYPE_NAME = compile_bytes(r"::[A-Za-z0-9_]*\z")
_LETTER = compile_bytes(r"[A-Za-z]")
_DIGIT = compile_bytes(r"[0-9]")
_SYMBOL = compile_bytes(r"[!@#$%^&*+=?~]")
_LONG = 16
_LONG_WORD = re.compile(rb"[A-Za-z0-9+/=_~-]{16,}")
_NAME_BEFORE = 64


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret that was taken out.

    Attributes:
        rule: The rule's id; `…-documented-example` for keys printed in vendors' documentation.
        line: 1-based line that the secret starts on.
    """

    rule: str
    line: int


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text without its secrets.

    Attributes:
        text: Each secret replaced by `⟨redacted:rule-id⟩`; as many lines as before.
        hits: What was taken out, in order.
    """

    text: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    rank: int
    rule: str


@dataclass(frozen=True, slots=True)
class _Match:
    """A match whose value has yet to be judged."""

    rule: Rule
    named: Mapping[bytes, bytes]
    before: bytes  # the text before the match, as far as a name may reach
    data: bytes
    end: int  # of the value


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that is to be taken out of a text, whatever the rules for text say.

    Attributes:
        start: First character.
        end: The one after its last.
        rule: The rule's id.
    """

    start: int
    end: int
    rule: str


def redact(text: str, taken: Sequence[Taken] = ()) -> Redaction:
    """Take the secrets out of a text.

    Args:
        text: Any text, surrogate escapes included.
        taken: What else is to be taken out.
    """
    data = text.encode("utf-8", "surrogatepass")
    spans = _merged([*_found(data), *_in_bytes(text, taken)])
    if not spans:
        return Redaction(text, ())
    pieces: list[bytes] = []
    hits = []
    at, line = 0, 1
    for span in spans:
        pieces.append(data[at : span.start])
        line += data.count(b"\n", at, span.start)
        hits.append(Hit(span.rule, line))
        secret = data[span.start : span.end]
        pieces.append(marker(span.rule).encode())
        pieces.extend(re.findall(rb"\r?\n", secret))
        line += secret.count(b"\n")
        at = span.end
    pieces.append(data[at:])
    return Redaction(b"".join(pieces).decode("utf-8", "surrogatepass"), tuple(hits))


def marker(rule: str) -> str:
    """What stands in place of a text that a rule took out."""
    return f"{_MARKER}{rule}⟩"


def marker_spans(data: bytes) -> list[tuple[int, int]]:
    """Where markers of ours stand in the UTF-8 bytes of a text; they do not overlap."""
    return [match.span() for match in _OWN_MARKER.finditer(data)] if _MARKER.encode() in data else []


def _in_bytes(text: str, taken: Sequence[Taken]) -> list[_Span]:
    spans = []
    at = start = 0
    for one in sorted(taken, key=lambda one: (one.start, one.end)):
        start += len(text[at : one.start].encode("utf-8", "surrogatepass"))
        at = one.start
        size = len(text[at : one.end].encode("utf-8", "surrogatepass"))
        spans.append(_Span(start, start + size, len(RULES), one.rule))
    return spans


def sayable(text: str, length: int = 60) -> str:
    """A piece of untrusted text for a message: short, on one line, without secrets and words that look like one.

    Args:
        text: A name or value out of a document.
        length: Most characters.
    """
    words = _LONG_WORD.sub(lambda word: b"(not shown)" if _is_unguessable(word.group()) else word.group(), _kept(text))
    return excerpt(words.decode("utf-8", "surrogatepass"), length)


def _kept(text: str) -> bytes:
    return redact(text).text.encode("utf-8", "surrogatepass")


def _is_unguessable(word: bytes) -> bool:
    return bool(_LETTER.search(word)) and bool(_DIGIT.search(word)) and not _WORDS.match(word)


@cache
def _compiled() -> tuple[tuple[Rule, Any, Mapping[bytes, int]], ...]:
    """Rules with their patterns and the numbers of their named groups (google-re2 matches by number)."""
    patterns = ((rule, compile_bytes(rule.pattern, folded=rule.folded)) for rule in RULES)
    return tuple((rule, pattern, pattern.groupindex) for rule, pattern in patterns)


def _found(data: bytes) -> list[_Span]:
    lowered = data.lower()
    markers = marker_spans(data)
    spans = []
    for rank, (rule, pattern, groups) in enumerate(_compiled()):
        searched = lowered if rule.folded else data
        if not any(hint in searched for hint in rule.hints):
            continue
        for match in pattern.finditer(data):
            start, end = match.span(groups[b"secret"])
            if rule.judged:
                named = {name: match.group(number) or b"" for name, number in groups.items()}
                before = data[max(0, match.start() - _NAME_BEFORE) : match.start()]
                end = start + _JUDGES[rule.judged](_Match(rule, named, before, data, end))
            secret = data[start:end]
            if secret and _entropy(secret) >= rule.min_entropy and not _overlaps(markers, start, end):
                known = any(piece in secret for piece in DOCUMENTED_EXAMPLES)
                spans.append(_Span(start, end, rank, f"{rule.id}-documented-example" if known else rule.id))
    return spans


def _overlaps(markers: list[tuple[int, int]], start: int, end: int) -> bool:
    after = bisect.bisect_left(markers, (end, 0))  # markers do not overlap each other
    return after > 0 and markers[after - 1][1] > start


def _merged(spans: list[_Span]) -> list[_Span]:
    """Overlapping spans as one, under the rule that comes first in the table."""
    merged: list[_Span] = []
    for span in sorted(spans, key=lambda found: (found.start, found.rank)):
        last = merged[-1] if merged else None
        if last is None or span.start >= last.end:
            merged.append(span)
        else:
            winner = min(last, span, key=lambda found: found.rank)
            merged[-1] = _Span(last.start, max(last.end, span.end), winner.rank, winner.rule)
    return merged


# Each judge tells how many bytes of a value are a secret: 0 for a placeholder, a reference or plain code.


def _mixed(match: _Match) -> int:
    secret = match.named[b"secret"]
    return len(secret) if _DIGIT.search(secret) else 0


def _jumbled(match: _Match) -> int:
    secret = match.named[b"secret"]
    return len(secret) if _DIGIT.search(secret) and not _WORDS.match(secret) else 0


def _told(match: _Match) -> int:
    secret = match.named[b"secret"].rstrip(b".:!?")
    return len(secret) if _DIGIT_WITHIN.search(secret) and not _stands_for_secret(secret) else 0


def _userinfo(match: _Match) -> int:
    secret = match.named[b"secret"]
    return 0 if _stands_for_secret(secret) or secret == match.named.get(b"user") else len(secret)


def _value(match: _Match) -> int:
    secret = match.named[b"secret"]
    return 0 if _stands_for_secret(secret) or _is_words(secret) else len(secret)


def _assigned(match: _Match) -> int:
    secret, quote = match.named[b"secret"], match.named[b"quote"]
    if _IN_TYPE_NAME.search(match.before):
        return 0
    if _IN_QUERY.search(match.before):
        secret = secret.split(b"&", 1)[0]  # the query string goes on after the value
    elif quote:
        if not match.data.startswith(quote, match.end):
            return 0
    elif not _AFTER_VALUE.match(match.data, match.end):
        return 0
    # Only a line that is nothing but an assignment is believed as readily as a quoted value.
    sure = bool(quote) or bool(_AFTER_LAST_VALUE.match(match.data, match.end))
    if match.named[b"loose"] or not sure:
        mixed = _is_jumbled(secret) or len(_TURN.findall(secret)) >= _MANY_TURNS
        return len(secret) if mixed and _is_random(secret) else 0
    password = match.rule.id == "assigned-password"
    return len(secret) if _is_random(secret, lenient=password and bool(quote)) else 0


_JUDGES: Mapping[str, Callable[[_Match], int]] = {
    "mixed": _mixed,
    "told": _told,
    "jumbled": _jumbled,
    "userinfo": _userinfo,
    "value": _value,
    "assigned": _assigned,
}


def _is_random(value: bytes, *, lenient: bool = False) -> bool:
    """Whether a value looks chosen to be unguessable; lenient for a quoted value of a password."""
    if _stands_for_secret(value) or not _LETTER.search(value):
        return False
    has_digit, has_symbol = bool(_DIGIT.search(value)), bool(_SYMBOL.search(value))
    if lenient:
        return has_digit or has_symbol
    return not _is_words(value) and (has_digit or (has_symbol and len(value) >= _LONG))


def _is_words(value: bytes) -> bool:
    return bool(_WORDS.match(value)) and not _is_jumbled(value)


def _is_jumbled(value: bytes) -> bool:
    classes = value.translate(_CLASSES)
    changes = sum(one != next_one for one, next_one in itertools.pairwise(classes))
    return len(value) >= _JUMBLED_LENGTH and changes >= _JUMBLED_SHARE * (len(value) - 1)


def _stands_for_secret(value: bytes) -> bool:
    return bool(_PLACEHOLDER.search(value) or _REFERENCE.match(value) or _ENVIRONMENT_NAME.match(value))


def _entropy(value: bytes) -> float:
    """Shannon entropy, bits a byte."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())
