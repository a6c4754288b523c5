"""Terraform's JSON form (`.tf.json`) as the same blocks and attributes that its own language gives."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document
from tieout.syntax.hcl import parse_template
from tieout.syntax.hcl_model import Attribute, Block, Body, Expression, Items, Literal, Members

#: Block types at the top of a file -> how many labels each has.
_LABELS: Final = {"data": 2, "locals": 0, "module": 1, "output": 1, "provider": 1, "resource": 2, "variable": 1}
#: Members that only comment on what stands beside them.
_COMMENTS: Final = frozenset({"//"})


def is_terraform_json(data: Any) -> bool:
    """Whether a document is configuration of Terraform: a mapping of its block types and nothing else."""
    known = {*_LABELS, *_COMMENTS, "terraform", "moved", "import", "removed", "check"}
    return isinstance(data, dict) and bool(data.keys() & _LABELS.keys()) and data.keys() <= known


def body_of(document: Document) -> Body:
    """The blocks of a `.tf.json` file; what is no mapping where a block should stand is left out."""
    blocks: list[Block] = []
    data = document.data if isinstance(document.data, dict) else {}
    for type_, count in _LABELS.items():
        pointer = f"/{part_of(type_)}"
        for labels, at, content in _labelled(data.get(type_), pointer, count):
            body = body_of_values(content, at, document.lines)
            blocks.append(Block(type_, labels, body, document.lines.get(at, 1)))
    return Body({}, tuple(sorted(blocks, key=lambda block: block.line)))


def values_of(document: Document) -> Body:
    """The attributes of a `.tfvars.json` file."""
    return body_of_values(document.data if isinstance(document.data, dict) else {}, "", document.lines)


def expression_of(value: Any, pointer: str, lines: Mapping[str, int], *, literal: bool = False) -> Expression:
    """A JSON value as an expression; a text is a template unless it is literal."""
    line = lines.get(pointer, 1)
    if isinstance(value, dict):
        members = tuple(
            (Literal(key, line), expression_of(member, f"{pointer}/{part_of(key)}", lines, literal=literal))
            for key, member in value.items()
        )
        return Members(members, line)
    if isinstance(value, list):
        items = (expression_of(item, f"{pointer}/{index}", lines, literal=literal) for index, item in enumerate(value))
        return Items(tuple(items), line)
    if isinstance(value, str) and not literal and ("${" in value or "%{" in value or "$$" in value):
        return parse_template(value, line)
    return Literal(value, line)


def _labelled(value: Any, pointer: str, count: int) -> Iterator[tuple[tuple[str, ...], str, dict[str, Any]]]:
    """Every body below so many labels; a list gives several bodies of the same labels."""
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from _labelled(element, f"{pointer}/{index}", count)
    elif isinstance(value, dict):
        if count == 0:
            yield (), pointer, value
            return
        for key, below in value.items():
            if key not in _COMMENTS:
                for labels, at, content in _labelled(below, f"{pointer}/{part_of(key)}", count - 1):
                    yield (key, *labels), at, content


def body_of_values(data: dict[str, Any], pointer: str, lines: Mapping[str, int], *, literal: bool = False) -> Body:
    """A mapping as a body: each member an attribute, and each mapping, or list of them, blocks of its name too.

    The JSON form does not say which it is; who asks knows.
    """
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for key, value in data.items():
        if key in _COMMENTS:
            continue
        at = f"{pointer}/{part_of(key)}"
        line = lines.get(at, 1)
        attributes[key] = Attribute(key, expression_of(value, at, lines, literal=literal), line)
        elements = [(at, value)] if isinstance(value, dict) else []
        if isinstance(value, list):
            elements = [(f"{at}/{index}", one) for index, one in enumerate(value) if isinstance(one, dict)]
        for place, one in elements:
            # A dynamic block stands under its name: {"dynamic": {"rule": {…}}}.
            if key == "dynamic":
                for name, content in one.items():
                    if isinstance(content, dict):
                        below = body_of_values(content, f"{place}/{part_of(name)}", lines, literal=literal)
                        blocks.append(Block(key, (name,), below, line))
            else:
                below = body_of_values(one, place, lines, literal=literal)
                blocks.append(Block(key, (), below, lines.get(place, line)))
    return Body(attributes, tuple(blocks))
