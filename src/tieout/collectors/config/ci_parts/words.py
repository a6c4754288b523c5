"""The first words of commands and the names of what steps use: enough to tell a tool by, and no value of an option."""

import re
from collections.abc import Sequence
from typing import Final

from tieout.collectors.config.container_words import pinned
from tieout.kernel.reading.text import excerpt
from tieout.syntax.images import parse_image
from tieout.syntax.pipelines.model import Command
from tieout.syntax.pipelines.programs import never_fails, only_shows, program_of

#: What a shell does itself and proves nothing.
_BUILT_IN: Final = frozenset({
    ".", ":", "[", "[[", "alias", "break", "case", "cd", "continue", "declare", "echo", "exit", "export", "false",
    "local", "popd", "printf", "pushd", "read", "return", "set", "shift", "shopt", "sleep", "source", "test",
    "trap", "true", "ulimit", "umask", "unset", "wait",
})  # fmt: skip
#: A command of a program, such as `audit` or `run`: words without figures, for a password is seldom one.
_VERB = re.compile(r"[a-z][a-z:_-]{1,30}\Z")
_SCRIPT = re.compile(r"[\w./-]{1,120}\.(?:[cm]?[jt]sx?|py|sh|bash|rb|pl|php|r|R|jl|go|ps1|bats|ya?ml|toml)\Z")
#: Programs whose next word is the name of a target or script.
_RUNNERS: Final = frozenset({
    "bun", "deno", "gradle", "gradlew", "invoke", "just", "lerna", "mage", "make", "mise", "nox", "npm", "nx", "pdm",
    "pnpm", "poe", "rake", "task", "tox", "turbo", "yarn",
})  # fmt: skip
_TARGET = re.compile(r"[A-Za-z][\w:.-]{1,60}\Z")
_PROGRAM = re.compile(r"(?=[^.]|\.\.?/)[\w./@][\w./@+-]{1,120}\Z")
_MOST_WORDS: Final = 3
_COMMIT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_USER = re.compile(r"\A([a-z+]{1,10}://)[^/@]*@")


def first_words(command: Command) -> str | None:
    """The program that a command starts, with the verbs or the script that follow it; None for the shell's own."""
    words = program_of(command.words)
    if not words or words[0] in _BUILT_IN or not _PROGRAM.match(words[0]) or only_shows(words):
        return None
    kept = [words[0]]
    runner = words[0].rpartition("/")[2] in _RUNNERS
    for word in words[1:_MOST_WORDS]:
        if not (_VERB.match(word) or _SCRIPT.match(word) or (runner and _TARGET.match(word))):
            break
        kept.append(word)
    return " ".join(kept)


def calls(commands: Sequence[Command]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """First words of commands, each once, and those of them whose failure is ignored wherever they stand."""
    counts: dict[str, bool] = {}
    for command in commands:
        words = first_words(command)
        if words is not None:
            ignored = any(soft.certain for soft in command.softs) or never_fails(program_of(command.words))
            counts[words] = counts.get(words, True) and ignored
    return tuple(counts), tuple(words for words, ignored in counts.items() if ignored)


def used(reference: str) -> tuple[str, bool | None]:
    """Name of an action, workflow or image without its version, and whether a commit or digest names it."""
    if reference.startswith("./"):
        return excerpt(reference, 200), None
    if reference.startswith("docker://"):
        return image_of(reference)
    name, _, version = reference.partition("@")
    if "$" in reference:
        return excerpt(name, 200), None
    return excerpt(_USER.sub(r"\1", name), 200), _COMMIT.match(version) is not None


def image_of(reference: str) -> tuple[str, bool | None]:
    """Name of an image without tag and digest, and whether a digest names it; None where a variable decides."""
    return excerpt(parse_image(reference).name, 200), pinned(reference)


def is_commit(version: str) -> bool:
    """Whether a version is a full commit id, which nobody can move."""
    return _COMMIT.match(version) is not None


def address(text: str) -> str:
    """A name or an address without user, query and fragment."""
    return excerpt(re.split(r"[?#]", _USER.sub(r"\1", text), maxsplit=1)[0], 200)
