"""How much a server is asked, how long it is waited for, and what its rate limits say; nothing here reads a clock."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_FORBIDDEN, _MANY = 403, 429
_AGAIN: Final = frozenset({_MANY, 500, 502, 503, 504})
# GitHub's second limit names itself in the text alone.
_SECOND_LIMIT: Final = (b"secondary rate limit", b"abuse detection")
_SECOND_WAIT: Final = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one source; all of them are defaults of ours.

    Attributes:
        seconds: Wall time of the whole source, waits included.
        request_seconds: Wall time of one request, however slowly it drips.
        idle_seconds: Longest silence while connecting and reading.
        bytes: Largest answer.
        requests: Most requests, retries included.
        pages: Most pages of one list.
        attempts: How often one request is tried.
        first_wait: Seconds before the second attempt; each further wait is twice as long.
        longest_backoff: Longest wait that we choose.
        longest_wait: Longest wait that a server may ask for; beyond it the source ends.
        changes: Of a forge: merged changes whose reviews are asked for, the newest first.
        runs: Of a forge: runs whose jobs are asked for, the newest first.
        commits: Of a forge: commits of no known request whose requests are asked for one by one, the newest first.
    """

    seconds: float = 900.0
    request_seconds: float = 60.0
    idle_seconds: float = 15.0
    bytes: int = 16 * 1024**2
    requests: int = 3_000
    pages: int = 50
    attempts: int = 5
    first_wait: float = 1.0
    longest_backoff: float = 30.0
    longest_wait: float = 300.0
    changes: int = 1_000
    runs: int = 200
    commits: int = 300


def moment(value: str | None) -> datetime | None:
    """A time as HTTP writes it (RFC 9110, section 5.6.7), in UTC."""
    try:
        told = parsedate_to_datetime(value) if value else None
        return told.astimezone(UTC) if told is not None and told.tzinfo is not None else None
    except (ValueError, TypeError, OverflowError):
        return None


def is_limited(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a refusal is one of too many requests, and not of a missing right."""
    if status == _MANY:
        return True
    told = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    return status == _FORBIDDEN and (told or any(words in body[:4096].lower() for words in _SECOND_LIMIT))


def comes_again(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the same request may be answered later."""
    return status in _AGAIN or is_limited(status, headers, body)


def wait_of(headers: Mapping[str, str], body: bytes, attempt: int, limits: Limits) -> float:
    """Seconds to wait before the next attempt: what the server asks for, else twice as long each time.

    Args:
        headers: Of the refusal, names in lower case; the server's own `Date` stands for the present.
        body: Of the refusal.
        attempt: 0 after the first attempt.
        limits: Bounds.
    """
    now = moment(headers.get("date"))
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal() and asked.isascii():
        return float(asked[:9])
    until = moment(asked)
    if until is not None and now is not None:
        return max(0.0, (until - now).total_seconds())
    reset = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset") or ""
    remaining = headers.get("x-ratelimit-remaining") or headers.get("ratelimit-remaining")
    if remaining == "0" and reset.isdecimal() and reset.isascii() and now is not None:
        return max(0.0, float(reset[:12]) - math.floor(now.timestamp())) + 1.0
    if any(words in body[:4096].lower() for words in _SECOND_LIMIT):
        return _SECOND_WAIT
    return backoff(attempt, limits)


def backoff(attempt: int, limits: Limits) -> float:
    """Seconds before the next attempt where the server asks for nothing; the same each time, for a run that repeats."""
    return float(min(limits.first_wait * 2**attempt, limits.longest_backoff))
