"""Rails of NeMo Guardrails: the flows that a config.yml runs, and those that Colang files define.

Source: https://docs.nvidia.com/nemo/guardrails/ (configuration guide, Colang language reference).
"""

import re
from collections.abc import Iterator
from typing import Final

from tieout.syntax.cursor import Cursor

#: Where a flow may run.
SIDES: Final = ("input", "output", "retrieval", "dialog", "tool_input", "tool_output")
#: A definition in Colang 1.0 (`define flow NAME`), or in 2.x (`flow NAME $parameter`).
_DEFINITION: Final = re.compile(r"(?:define[ \t]{1,8}(?:sub)?flow|flow)[ \t]{1,8}(?P<name>[^\n#]{1,200})")
_BLANKS: Final = re.compile(r"[ \t]{1,8}")


def has_rails(top: Cursor) -> bool:
    """Whether a document configures rails: on a side, or by the version of Colang beside them."""
    rails = top.down("rails")
    return any(isinstance(rails.down(side).value, dict) for side in SIDES) or (
        isinstance(rails.value, dict) and top.down("colang_version").value is not None
    )


def flows(top: Cursor) -> Iterator[tuple[str, Cursor]]:
    """Each flow of a document's rails with its side, in the order of `SIDES`; its value may be anything."""
    for side in SIDES:
        for flow in top.down("rails", side, "flows").elements():
            yield side, flow


def plain_name(written: str) -> str:
    """A flow's name without its parameters: `topic safety check input $model=guard` is `topic safety check input`."""
    name = written.partition("$")[0].partition("(")[0]
    return " ".join(_BLANKS.split(name.strip())).casefold()


def defined_in(text: str) -> dict[str, int]:
    """Names of the flows that a Colang file defines, and the line of each."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _DEFINITION.match(line):
            found.setdefault(plain_name(match["name"]), number)
    return found
