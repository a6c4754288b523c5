"""Whether a value that a rule found is a secret: no placeholder, no reference to where one is kept, no plain code."""

import itertools
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tieout.kernel.reading.patterns import compile_bytes
from tieout.kernel.reading.redaction_patterns import Rule

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
    r"|projects/|(?:self|config|settings|args|options|this|data|request|var|local|module|each)\.|\./|~/|\\|![a-z]+\z",
    folded=True,
)
# Words and numbers joined as in names, not as in random text.
_WORDS = compile_bytes(r"[A-Za-z]+[0-9]{0,3}(?:[_.:/@-]+(?:[A-Za-z]+[0-9]{0,3}|[0-9]{1,6}))*\z")
_ENVIRONMENT_NAME = compile_bytes(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\z")
_AFTER_VALUE = compile_bytes(r"[\s,;}\]|\\`\"'<>)\x1b]|\z")
_AFTER_LAST_VALUE = compile_bytes(r"[ \t]*[,;}\]]*[ \t]*\r?(?:\n|\z|#|//)")
_TURN = compile_bytes(r"[A-Za-z][0-9]|[0-9][A-Za-z]")
_MANY_TURNS, _LONG_PART = 3, 8
_PAIRS = compile_bytes(r"[;=, ]+")
_APART = compile_bytes(r"[^A-Za-z0-9]+")
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
# Before `_key`: what anyone may know, digests and fingerprints among it.
_OPEN_KEY = compile_bytes(r"(?:^|[^a-z])(?:cache|foreign|gpg|partition|primary|public|sort)\z", folded=True)
_LETTER = compile_bytes(r"[A-Za-z]")
_DIGIT = compile_bytes(r"[0-9]")
_SYMBOL = compile_bytes(r"[!@#$%^&*+=?~]")
# Signs that people put into passwords, and code and names do not hold beside letters and digits.
_OF_PASSWORDS = compile_bytes(r"[!@#$%^*?~]")
_LONG = 16
_SHORT_WORD = compile_bytes(r"[a-z]{1,8}[.,:)]?\z")


@dataclass(frozen=True, slots=True)
class Match:
    """A match whose value has yet to be judged.

    Attributes:
        rule: That matched.
        named: What each named group of its pattern holds.
        before: The text before the match, as far as a name may reach.
        data: The whole text.
        end: Of the value.
    """

    rule: Rule
    named: Mapping[bytes, bytes]
    before: bytes
    data: bytes
    end: int


# Each judge tells how many bytes of a value are a secret: 0 for a placeholder, a reference or plain code.


def _mixed(match: Match) -> int:
    secret = match.named[b"secret"]
    return len(secret) if _DIGIT.search(secret) else 0


def _jumbled(match: Match) -> int:
    secret = match.named[b"secret"]
    return len(secret) if _DIGIT.search(secret) and not _WORDS.match(secret) else 0


def _told(match: Match) -> int:
    secret = match.named[b"secret"].rstrip(b".:!?")
    return len(secret) if is_told_secret(secret) else 0


def _userinfo(match: Match) -> int:
    secret = match.named[b"secret"]
    return 0 if _stands_for_secret(secret) or secret == match.named.get(b"user") else len(secret)


def _argument(match: Match) -> int:
    secret = match.named[b"secret"]
    # `redis-cli -a with a password` is a sentence.
    is_prose = not match.named[b"quote"] and _SHORT_WORD.match(secret)
    return 0 if is_prose or _stands_for_secret(secret) or not _LETTER.search(secret) else len(secret)


def _cookie(match: Match) -> int:
    secret = match.named[b"secret"]
    return len(secret) if any(has_unguessable_part(piece) for piece in _PAIRS.split(secret)) else 0


def _value(match: Match) -> int:
    secret = match.named[b"secret"]
    return 0 if _stands_for_secret(secret) or _is_words(secret) else len(secret)


def _assigned(match: Match) -> int:
    secret, quote = match.named[b"secret"], match.named[b"quote"]
    if _IN_TYPE_NAME.search(match.before) or (match.rule.id == "assigned-secret" and _OPEN_KEY.search(match.before)):
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
    password = match.rule.id == "assigned-password"
    if match.named[b"loose"] or not sure:
        is_chosen = password and not match.named[b"loose"] and _is_chosen(secret)
        return len(secret) if is_chosen or is_unlike_names(secret) else 0
    return len(secret) if _is_random(secret, lenient=password and bool(quote)) else 0


JUDGES: Mapping[str, Callable[[Match], int]] = {
    "argument": _argument,
    "cookie": _cookie,
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


def _is_chosen(value: bytes) -> bool:
    """Whether a value holds letters, digits and a sign as a person chooses them: `hunter2hunter2!`."""
    return bool(_OF_PASSWORDS.search(value) and _DIGIT.search(value)) and _is_random(value)


def _is_words(value: bytes) -> bool:
    return bool(_WORDS.match(value)) and not _is_jumbled(value)


def _is_jumbled(value: bytes) -> bool:
    classes = value.translate(_CLASSES)
    changes = sum(one != next_one for one, next_one in itertools.pairwise(classes))
    return len(value) >= _JUMBLED_LENGTH and changes >= _JUMBLED_SHARE * (len(value) - 1)


def _stands_for_secret(value: bytes) -> bool:
    if value.startswith(b"/") and not any(map(_is_jumbled, value.split(b"/"))):  # a path; base64 may begin like one
        return True
    return bool(_PLACEHOLDER.search(value) or _REFERENCE.match(value) or _ENVIRONMENT_NAME.match(value))


def is_told_secret(word: bytes) -> bool:
    """Whether a word that a sentence or a table calls a password is one: no way of hashing, no length, no product."""
    return (bool(_DIGIT_WITHIN.search(word)) or is_unlike_names(word)) and not _stands_for_secret(word)


def is_unlike_names(word: bytes) -> bool:
    """Whether a word looks unguessable as no name, version or measure does."""
    return (_is_jumbled(word) or len(_TURN.findall(word)) >= _MANY_TURNS) and _is_random(word)


def has_unguessable_part(word: bytes) -> bool:
    """Whether a part of a word changes between letters and digits as no part of a name does (`gpt-4o-2024-11-20`)."""
    parts = (part for part in _APART.split(word) if len(part) >= _LONG_PART)
    return not _stands_for_secret(word) and any(len(_TURN.findall(part)) >= _MANY_TURNS for part in parts)


def is_chosen(word: bytes) -> bool:
    """Whether a word looks like no name, version or measure: it is a secret without anything beside it that says so."""
    return is_unlike_names(word) or (_is_chosen(word) and bool(_LETTER.search(word)))


def is_unguessable(word: bytes) -> bool:
    """Whether a word holds letters and digits in another way than names do."""
    return bool(_LETTER.search(word)) and bool(_DIGIT.search(word)) and not _WORDS.match(word)
