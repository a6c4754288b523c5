"""Secrets taken out of a text before it is stored, shown or quoted; line numbers stay as they are."""

import bisect
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tieout.kernel.reading.patterns import compile_bytes
from tieout.kernel.reading.redaction_judges import JUDGES, Match
from tieout.kernel.reading.redaction_patterns import Rule
from tieout.kernel.reading.redaction_rules import DOCUMENTED_EXAMPLES, MARKED, RULES, TABLE_RULE
from tieout.kernel.reading.redaction_tables import table_spans

_MARKER = "⟨redacted:"
# Only our own ids count as a marker, so that a text cannot shield a secret by writing one around it.
_OWN_MARKER = compile_bytes(
    r"\xe2\x9f\xa8redacted:(?:" + "|".join(sorted(MARKED)) + r")"
    r"(?:-documented-example)?\xe2\x9f\xa9"
)

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
        removed: The secrets themselves, to be known where they stand without what told them; never shown or stored.
    """

    text: str
    hits: tuple[Hit, ...]
    removed: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    rank: int
    rule: str


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
    spans = _merged([*_found(data), *_in_tables(data), *_in_bytes(text, taken)])
    if not spans:
        return Redaction(text, ())
    pieces: list[bytes] = []
    hits, removed = [], []
    at, line = 0, 1
    for span in spans:
        pieces.append(data[at : span.start])
        line += data.count(b"\n", at, span.start)
        hits.append(Hit(span.rule, line))
        secret = data[span.start : span.end]
        removed.append(secret.decode("utf-8", "replace"))
        pieces.append(marker(span.rule).encode())
        pieces.extend(re.findall(rb"\r?\n", secret))
        line += secret.count(b"\n")
        at = span.end
    pieces.append(data[at:])
    return Redaction(b"".join(pieces).decode("utf-8", "surrogatepass"), tuple(hits), tuple(removed))


def marker(rule: str) -> str:
    """What stands in place of a text that a rule took out."""
    return f"{_MARKER}{rule}⟩"


def marker_spans(data: bytes) -> list[tuple[int, int]]:
    """Where markers of ours stand in the UTF-8 bytes of a text; they do not overlap."""
    return [match.span() for match in _OWN_MARKER.finditer(data)] if _MARKER.encode() in data else []


def _in_tables(data: bytes) -> list[_Span]:
    markers = marker_spans(data)
    spans = [_Span(start, end, len(RULES), TABLE_RULE) for start, end in table_spans(data)]
    return [span for span in spans if not _overlaps(markers, span.start, span.end)]


def _in_bytes(text: str, taken: Sequence[Taken]) -> list[_Span]:
    spans = []
    at = start = 0
    for one in sorted(taken, key=lambda one: (one.start, one.end)):
        start += len(text[at : one.start].encode("utf-8", "surrogatepass"))
        at = one.start
        size = len(text[at : one.end].encode("utf-8", "surrogatepass"))
        spans.append(_Span(start, start + size, len(RULES), one.rule))
    return spans


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
                end = start + JUDGES[rule.judged](Match(rule, named, before, data, end))
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


def _entropy(value: bytes) -> float:
    """Shannon entropy, bits a byte."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())
