"""Commands that the build of an image runs, each with its own line."""

import json
import re
from collections.abc import Iterator

from tieout.syntax.dockerfile import Dockerfile, Instruction
from tieout.syntax.pipelines.model import Command, Spot
from tieout.syntax.pipelines.shell import ShellText, commands_of

_KEYWORD = re.compile(r"\s*RUN\b", re.IGNORECASE)
_FLAGS = re.compile(r"(?:\s*--[\w-]{1,40}(?:=\S{0,500})?(?=\s|\Z))+")


def run_commands(dockerfile: Dockerfile, instruction: Instruction) -> Iterator[Command]:
    """Commands of a `RUN`: of its lines, of its here-document, or of its list of arguments."""
    if instruction.value.startswith("["):
        words = _arguments(instruction.value)
        if words:
            spot = Spot(dockerfile.path, instruction.line)
            yield Command(spot, words, " ".join(words), {}, None)
            return
    yield from commands_of(ShellText(dockerfile.path, _shell_lines(instruction), instruction.line, folder=None))
    if instruction.heredoc:
        lines = [text for _, text in instruction.heredoc]
        yield from commands_of(ShellText(dockerfile.path, lines, instruction.heredoc[0][0], folder=None))


def _arguments(value: str) -> tuple[str, ...]:
    """The words of a list of arguments; none where it is not one."""
    try:
        arguments = json.loads(value)
    except (ValueError, RecursionError):
        return ()
    return tuple(str(one) for one in arguments) if isinstance(arguments, list) else ()


def _shell_lines(instruction: Instruction) -> list[str]:
    """Lines as the shell gets them, one for each of the file, so that numbers stay; left-out comments are empty."""
    texts = dict(instruction.lines)
    last = max(texts, default=instruction.line)
    lines = [texts.get(number, "") for number in range(instruction.line, last + 1)]
    lines[0] = _KEYWORD.sub("", lines[0], count=1)
    for index, line in enumerate(lines):  # flags of the instruction stand before the command, on as many lines
        lines[index] = _FLAGS.sub("", line, count=1) if _FLAGS.match(line) else line
        if lines[index].strip():
            break
    return [*(f"{line} \\" for line in lines[:-1]), lines[-1]]
