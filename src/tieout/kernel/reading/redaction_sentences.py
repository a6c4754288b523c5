"""Secrets that a sentence tells, within quotation marks, a comment or a fact: `password: …`, `with token …`.

Structure does not know them: the name stands within the value. A sentence goes on after a name as often as it tells a
secret, so that what follows must end the text, or look like no word.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from tieout.kernel.reading.patterns import compile_bytes
from tieout.kernel.reading.redaction_patterns import MACHINES, PERSONS

_HINT: Final = re.compile(r"(?i:pass|pwd|pw\b|secret|token|key|credential|kennwort|wachtwoord|contrase|senha)")
_NAME: Final = rf"(?:(?P<person>{PERSONS}|\bpw)|{MACHINES})"
_END: Final = r"""[.!]?[ \t]*(?:\\[nrt]|\\?["'`]|\r?\n|\z)"""
_TOLD: Final = (
    rf"""(?i:\b{_NAME}[ \t]*[:=][ \t]*(?P<secret>[^\s"'`<>(){{}}\[\],;|\\]{{5,}}[^\s"'`<>(){{}}\[\],;|\\.!])){_END}"""
)
# Within what is written: behind a quotation mark or the sign of a comment.
_WITHIN: Final = compile_bytes(rf"""(?:["'][^"'\n]*?|(?:#|//)[^\n]*?){_TOLD}""")
_ANYWHERE: Final = compile_bytes(_TOLD)
# Without a sign between: what follows holds letters and figures as no name of an algorithm or a model does.
_LOOSE: Final = compile_bytes(
    rf"(?i:\b(?:{_NAME}|key[ \t]+(?:is|was))(?:[ \t]+(?:is|was))?[ \t]+)(?P<secret>[A-Za-z0-9!@#$%^*?~]{{8,}})"
    r"""[.!]?(?:[\s"'\\,;)]|\z)"""
)
_LETTERS, _FIGURES = 3, 2
#: Of a check, as often as a password: `PASS: mockups`.
_OUTCOME: Final = b"pass"
_FIGURE: Final = re.compile(r"[0-9]")
_ALGORITHM: Final = re.compile(
    r"(?i:sha|md5|base|pbkdf|b?crypt|scrypt|argon|aes|rsa|hs|rs|es|ps|hmac|ed25519|x25519|oauth|utf|gpt|claude|llama"
    r"|gemini|mistral|word|glo|text|v[0-9]|iso|rfc|nist|cve|issue|pr)[a-z]{0,8}[0-9]"
)


def told_secrets(text: str, *, is_value: bool) -> Iterator[tuple[int, int]]:
    """First and last character of what a sentence says to be a secret; linear in the text.

    Args:
        text: Of any kind.
        is_value: All of it is a sentence; else it is a source, whose sentences stand in quotation marks and comments.
    """
    if _HINT.search(text) is None:
        return
    data = text.encode("ascii", "replace")  # a byte for each character, so that places stay
    pattern: Any = _ANYWHERE if is_value else _WITHIN
    for match in pattern.finditer(data):
        start, end = match.span(pattern.groupindex[b"secret"])
        # A token or a key with a word behind it is most often explained; a password is told.
        person = match.group(pattern.groupindex[b"person"])
        if (person and person.strip(b"_").lower() != _OUTCOME) or _FIGURE.search(text, start, end):
            yield start, end
    for match in _LOOSE.finditer(data):
        start, end = match.span(_LOOSE.groupindex[b"secret"])
        word = text[start:end]
        is_mixed = sum(map(str.isalpha, word)) >= _LETTERS and sum(map(str.isdecimal, word)) >= _FIGURES
        if is_mixed and not _ALGORITHM.match(word):
            yield start, end
