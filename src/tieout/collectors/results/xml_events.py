"""XML of test tools as a stream of tags; the parser's process reads it, and refuses what documents can do harm with.

kernel/reading/xml_tags.py has what is refused. Here its answers are checked like what comes from outside, since it
read hostile bytes: tags that close what nothing opened are none.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, BinaryIO, Final

from tieout.kernel.reading.conversation import Conversation
from tieout.kernel.reading.documents import ask_parser
from tieout.kernel.reading.parser_process import shared
from tieout.kernel.reading.refusal import JOB_SECONDS, MAX_XML_DEPTH

_PIECE: Final = 1 << 18
_numbers = count()


@dataclass(frozen=True, slots=True)
class Tag:
    """The start or the end of an element.

    Attributes:
        name: Without its namespace.
        attributes: Of a start, those that were asked for.
        line: 1-based.
        depth: 1 for the outermost element.
        opens: False for an end.
    """

    name: str
    attributes: dict[str, str]
    line: int
    depth: int
    opens: bool


def tags(stream: BinaryIO, *, names: Collection[str], attributes: Collection[str], where: str) -> Iterator[Tag]:
    """The tags of some elements of a document, in order.

    Args:
        stream: The file.
        names: Of the elements.
        attributes: Names of the attributes that are wanted of them.
        where: How errors name the file.

    Raises:
        UnreadableError: It is not well-formed, holds what is refused, or breaks a cap; `where` has the line.
    """
    talk = Conversation(shared(), where=where)
    request: dict[str, Any] = {"kind": "xml", "number": next(_numbers), "first": True}
    asked = {"names": sorted(names), "attributes": sorted(attributes)}
    nesting = _Nesting()
    while True:
        piece = stream.read(_PIECE)
        yield from talk.ask(request | asked, nesting.read, content=piece)
        if not piece:
            return
        request, asked = request | {"first": False}, {}


def root_of(head: bytes, *, where: str) -> str | None:
    """The name of the outermost element, from the first bytes of a file; None where they show none.

    Raises:
        UnreadableError: The parser was stopped.
    """
    root = ask_parser({"kind": "xml-root"}, head, where=where, seconds=JOB_SECONDS).get("root")
    return root if isinstance(root, str) else None


class _Nesting:
    """Which elements are open, over all answers about one document."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int]] = []

    def read(self, told: dict[str, Any]) -> list[Tag]:
        """The tags of an answer; ValueError or TypeError for one that is none."""
        return [self._tag(*written) for written in told["tags"]]

    def _tag(self, name: object, attributes: object, line: object, depth: object) -> Tag:
        if not isinstance(name, str) or not isinstance(line, int) or not isinstance(depth, int):
            raise TypeError
        if attributes is None:
            if not self._open or self._open.pop() != (name, depth):
                raise ValueError
            return Tag(name, {}, line, depth, opens=False)
        if not isinstance(attributes, dict) or not all(isinstance(value, str) for value in attributes.values()):
            raise TypeError
        if not (self._open[-1][1] if self._open else 0) < depth <= MAX_XML_DEPTH:
            raise ValueError
        self._open.append((name, depth))
        return Tag(name, attributes, line, depth, opens=True)
