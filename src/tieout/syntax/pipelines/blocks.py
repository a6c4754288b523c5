"""Where the lines of a YAML block of shell text stand in the file."""

import re
from collections.abc import Sequence
from typing import Final

from tieout.syntax.pipelines.files import Files
from tieout.syntax.pipelines.nodes import Node
from tieout.syntax.pipelines.shell import ShellText, shell_options

_HEADER = re.compile(r"([|>])[-+0-9]*\s*(?:#.*)?\Z")
_MOST_SOURCE: Final = 400


def shell_text(
    files: Files,
    node: Node,
    *,
    shell: str = "",
    folder: str | None = "",
    pipefail: bool = False,
    alone: bool = False,
) -> ShellText:
    """A value that is shell text, with the line of each of its lines.

    Args:
        files: Where the file stands.
        node: The value.
        shell: The step's `shell:`.
        folder: Folder that it runs in.
        pipefail: Whether a pipeline fails with any of its parts, where the shell does not say.
        alone: Whether nothing else calls its functions.
    """
    options = shell_options(shell)
    source = _source(files, node)
    header = _HEADER.search(source[0]) if source else None
    literal = header is not None and header[1] == "|"
    lines = node.text().split("\n")
    return ShellText(
        path=node.path,
        lines=lines,
        first_line=node.line + 1 if literal and node.line else node.line,
        scattered=not literal and len(source) > 1,
        source=source,
        errexit=options["errexit"],
        pipefail=options["pipefail"] or pipefail,
        folder=folder,
        alone=alone,
    )


def _source(files: Files, node: Node) -> Sequence[str]:
    """The lines of the file from the value's key to the end of what is indented below it."""
    text = files.text(node.path)
    if text is None or node.line is None:
        return ()
    lines = text.lines()[node.line - 1 : node.line - 1 + _MOST_SOURCE]
    if not lines:
        return ()
    depth = _indent(lines[0])
    end = next((at for at, line in enumerate(lines) if at and line.strip() and _indent(line) <= depth), len(lines))
    return lines[:end]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
