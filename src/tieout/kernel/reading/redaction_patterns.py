r"""What redaction rules are made of: the shape of a rule, and the names and bindings that many of them share.

Patterns run on bytes (patterns.py) and are written in ASCII.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret.

    Attributes:
        id: Stable name; it stands in the marker and in the evidence item's record.
        pattern: RE2 pattern with a group `secret`.
        hints: Literals of which one must occur before the pattern is tried; lower-case where `folded`.
        folded: Case is ignored.
        min_entropy: Shannon entropy, bits a character, below which a match is a placeholder.
        judged: "" (the shape alone proves it), or how a free value is judged: "argument" stands where a program
            takes a password, "cookie" wants a value that no name is, "mixed" a digit, "jumbled" letters
            and digits unlike words, "told" a digit within a word of a sentence, "value" stands in a
            fixed context, "assigned" is bound to a name in configuration or code, "userinfo" is a password in a
            URL or connection string.
    """

    id: str
    pattern: str
    hints: tuple[bytes, ...]
    folded: bool = False
    min_entropy: float = 3.0
    judged: str = ""


# Where a secret, or what carries one, may begin: at a word, after an underscore, and right behind what programs write
# for a line end, for a character of a URL or of JSON, and for a colour.
BEGINS = r"(?:\b|_|\\[abfnrtv]|%[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}|\x1b\[[0-9;]*m)"
# Where one of a fixed length may end.
ENDS = r"(?:\b|_)"

# Blanks beside a colon: French sets one that does not break. East Asian keyboards write a wide colon.
_BLANKS = r"(?:[ \t]|\xc2\xa0)*"
_SIGN = r"(?::=|=>|=|:|\xef\xbc\x9a)"
# How a name is bound to a value in configuration, code, JSON (also JSON inside a string) and headers.
BINDS = rf"""[\\"'\]]{{0,3}}{_BLANKS}{_SIGN}{_BLANKS}(?P<quote>\\{{0,3}}["'`])?"""
# Looser ways of which a judge must be surer: a YAML tag, a call's next argument, an attribute, a space.
BINDS_ANYHOW = (
    rf"""(?:[\\"'\]]{{0,3}}{_BLANKS}{_SIGN}{_BLANKS}(?:!!?[a-z]*[ \t]+)?|["'][ \t]+value[ \t]*=[ \t]*"""
    r"""|(?P<loose>[ \t]+|["'][ \t]*,[ \t]*))(?P<quote>\\{0,3}["'`])?"""
)
QUOTE = r"""[\\"']{0,3}"""
# What people remember, in the languages in which a note about it is likely; and what servers ask for like that.
PERSONS = (
    r"(?:passwor[dt]|passwd|passphrase|pwd|kennwort|wachtwoord|contrase(?:n|\xc3\xb1)a|mot[ _-]de[ _-]passe|senha"
    r"|has\xc5\x82o|l\xc3\xb6senord|salasana|requirepass|masterauth|(?:\b|_)pass)"
)
PERSONS_HINTS = (
    *(b"pass", b"pwd", b"passwort", b"kennwort", b"wachtwoord", b"contrase", b"senha", b"has\xc5\x82o"),
    *(b"l\xc3\xb6senord", b"salasana", b"masterauth"),
)
MACHINES = (
    r"(?:secret|token|credentials?|(?:api|access|secret|private|auth|master|encryption|signing|account"
    r"|license|salt|subscription|shared|session)[ _-]?key|(?:\b|_)pat\b)"
)
# A free value ends where a call, a template, a quotation or a list begins or ends.
VALUE = r"""(?P<secret>[^\s"'`<>(){}\[\],;|\\\x1b]{8,})"""
