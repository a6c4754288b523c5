"""Which arguments of a command are secrets, where it is written as a list: `[redis-cli, -a, …]`, `[mysql, -p…]`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class _Command:
    """A program that takes a password among its arguments; where texts hold one, redaction_commands.py finds it.

    Attributes:
        program: What it is called.
        options: Behind which a password stands.
        joined: Options that may have it in the same word.
        within: A word that must stand before: of the part of the program that takes one.
        of_user: It stands behind a user and a colon.
    """

    program: str
    options: frozenset[str]
    joined: str = ""
    within: str = ""
    of_user: bool = False


_COMMANDS: Final = (
    _Command(r"(?:redis|valkey)-cli", frozenset({"-a", "--pass"})),
    _Command(r"mongo[a-z]*", frozenset({"-p"})),
    _Command(r"sshpass", frozenset({"-p"}), joined="-p"),
    _Command(r"docker|podman|buildah|nerdctl|helm|oras|crane|skopeo|az|oc", frozenset({"-p"}), within="login"),
    _Command(
        r"curl|wget|xh|https?",
        frozenset({"-a", "-u", "-U", "--auth", "--proxy-user", "--user"}),
        joined=r"-[a-zA-Z]*u|-U|--(?:auth|proxy-user|user)=",
        of_user=True,
    ),
    _Command(r"ldap[a-z]+", frozenset({"-w"})),
    _Command(r"sqlcmd|bcp", frozenset({"-P"}), joined="-P"),
    _Command(r"(?:un)?zip", frozenset({"-P"}), joined="-P"),
    _Command(r"openssl", frozenset({"-k"})),
    _Command(r"useradd|usermod|adduser", frozenset({"-p"})),
    _Command(r"twine|nuget", frozenset({"-p"})),
    _Command(r"influx", frozenset({"-p", "-t"}), within="setup"),
    _Command(r"(?:mysql|mariadb)[a-z-]*|7z[azr]?", frozenset(), joined="-p"),
)
_PROGRAM: Final = re.compile("|".join(command.program for command in _COMMANDS))
#: As in a source that is not parsed yet: not its name before a colon, which begins an address, a tag or a member.
_MENTIONED: Final = re.compile(rf"\b(?:{'|'.join(command.within or command.program for command in _COMMANDS)})\b(?!:)")
_COMPILED: Final = tuple(
    (command, re.compile(command.program), re.compile(command.joined) if command.joined else None)
    for command in _COMMANDS
)
_WITHIN: Final = frozenset(command.within for command in _COMMANDS if command.within)
_LONGEST_PROGRAM: Final = 40
#: Words that go on with a sentence about an option: `--requirepass or a file`.
_OF_SENTENCES: Final = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "if", "in", "is", "it", "must", "not", "of", "on", "or", "the"}
    | {"to", "via", "when", "which", "will", "with"}
)
#: Options that take the name of a secret, or where it is.
_NAMING: Final = frozenset({"from-secret", "secret", "secrets"})
_NAME_OF_ONE: Final = re.compile(
    r"(?:id|name|type|src|source|env)=.*|[a-z0-9]+(?:[-/.][a-z]+)+(?::[a-z0-9]+)?", re.DOTALL
)
#: No password: a place that is filled in.
_FILLED_IN: Final = re.compile(r"['\"]?(?:\$+[\w{(@#?*]|`|\{\{|%[A-Za-z_({]).*", re.DOTALL)
#: None either, where no quotation marks stand around it: another option, ports and users, what goes on.
_NO_WORD: Final = re.compile(r"-.*|[0-9.]*:[0-9:.]*|=.*|\.{3}.*", re.DOTALL)


def is_no_value(word: str, *, quoted: bool = False) -> bool:
    """Whether a word in the place of a password is none: a variable, a template, an option, a port.

    Args:
        word: Without quotation marks around it.
        quoted: They stood there.
    """
    return not word or bool(_FILLED_IN.fullmatch(word)) or (not quoted and bool(_NO_WORD.fullmatch(word)))


def names_one(flag: str, word: str) -> bool:
    """Whether the word behind an option is none of its values: a sentence goes on, or it names a secret.

    Args:
        flag: Without its hyphens: `requirepass`, `secret`.
        word: What follows it after a blank.
    """
    return word.lower() in _OF_SENTENCES or (flag in _NAMING and _NAME_OF_ONE.fullmatch(word) is not None)


def mentions_program(text: str) -> bool:
    """Whether a list of arguments in a text may be of a program that takes a password among them."""
    return _MENTIONED.search(text) is not None


def given_among(words: Sequence[str | None]) -> frozenset[int]:
    """Which arguments are passwords by the program and the option before them; linear in the list.

    Args:
        words: The list; None for what is no text.

    Returns:
        Their places.
    """
    given: set[int] = set()
    called: set[int] = set()
    seen: set[str] = set()
    before: str | None = None
    for index, word in enumerate(words):
        if word is not None:
            if any(_is_given(number, word, before, seen) for number in called):
                given.add(index)
            called |= _called(word)
            seen |= _WITHIN & {word}
        before = word
    return frozenset(given)


def _called(word: str) -> set[int]:
    """Which of the programs a word names, with its folder or without."""
    name = word[-_LONGEST_PROGRAM:].rpartition("/")[2]
    if _PROGRAM.fullmatch(name) is None:
        return set()
    return {number for number, (_, program, _) in enumerate(_COMPILED) if program.fullmatch(name)}


def _is_given(number: int, word: str, before: str | None, seen: set[str]) -> bool:
    command, _, joined = _COMPILED[number]
    if command.within and command.within not in seen:
        return False
    option = joined.match(word) if joined is not None else None
    for value in ([word] if before in command.options else []) + ([word[option.end() :]] if option else []):
        if not is_no_value(value.partition(":")[2] if command.of_user else value):
            return True
    return False
