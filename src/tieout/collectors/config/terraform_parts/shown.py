"""Resources of what `terraform show -json` prints: what is planned, or what was seen last, with all modules below.

The form is Terraform's own ("JSON Output Format"): every expression is worked out there, and secrets stand in it in
clear. A value that is marked as sensitive is therefore known here as that and no more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tieout.collectors.config.terraform_parts.folders import Folder
from tieout.collectors.config.terraform_parts.resources import Node
from tieout.collectors.config.terraform_parts.values import Env, Values
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.hcl_model import Attribute, Block, Body, Expression, Items, Literal, Members, Other

#: How a row calls who sets a value that is not there.
_LATER: Final = "what is known once the plan is applied"
_SENSITIVE: Final = "a value that is marked as sensitive"
#: What stands for "not set" in a state or a plan, where configuration has no line at all.
_UNSET: Final[tuple[Any, ...]] = (None, "", [], {})
_LONGEST: Final = 200


@dataclass(slots=True)
class Shown:
    """What a file shows.

    Attributes:
        resources: Those that are, or will be, there.
        broken: Places of what should be a resource or a module and is none.
        sensitive: Resources with values that are marked as sensitive.
        deleted: Addresses that the plan takes away.
    """

    resources: list[Node] = field(default_factory=list)
    broken: list[Cursor] = field(default_factory=list)
    sensitive: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)


def shown(root: Cursor, changes: Cursor, values: Values) -> Shown:
    """The resources below a root module.

    Args:
        root: `values.root_module` of a state, `planned_values.root_module` of a plan.
        changes: `resource_changes` of a plan.
        values: Works out nothing here; nodes ask for it.
    """
    found, later = Shown(), {}
    for change in changes.elements():
        address, actions = change.down("address").text, change.down("change", "actions").texts
        if address is None:
            continue
        later[address] = change.down("change", "after_unknown").value
        if "delete" in actions and "create" not in actions:
            found.deleted.append(address)
    gone = set(found.deleted)
    for at in _resources(root, found):
        address, type_, content = at.down("address").text, at.down("type").text, at.down("values")
        if at.down("mode").text == "data":
            continue
        if address is None or type_ is None or not (isinstance(content.value, dict) or content.value is None):
            found.broken.append(at)
        elif address not in gone:
            marked = at.down("sensitive_values").value
            if _holds(marked):
                found.sensitive.append(address)
            body = _body(content.value or {}, _mapping(later.get(address)), _mapping(marked), content)
            called = excerpt(address, _LONGEST)
            found.resources.append(Node(type_, called, body, Env(Folder("")), values, at.line or 1))
    return found


def _resources(root: Cursor, found: Shown) -> Iterator[Cursor]:
    """Every resource, module by module, in the order of the file."""
    waiting = [root]
    while waiting:
        module = waiting.pop()
        for key in ("resources", "child_modules"):
            listed = module.down(key)
            if listed.value is not None and not isinstance(listed.value, list):
                found.broken.append(listed)
        for one in module.down("resources").elements():
            if isinstance(one.value, dict):
                yield one
            else:
                found.broken.append(one)
        below = list(module.down("child_modules").elements())
        found.broken.extend(one for one in below if not isinstance(one.value, dict))
        waiting.extend(reversed([one for one in below if isinstance(one.value, dict)]))


def _body(content: Mapping[str, Any], unknown: Mapping[str, Any], marked: Mapping[str, Any], at: Cursor) -> Body:
    """A mapping as a body: each member an attribute, and each mapping, or list of them, blocks of its name too."""
    lines, pointer = at.document.lines, at.pointer
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for key in dict.fromkeys((*content, *unknown)):
        value, later, hidden = content.get(key), unknown.get(key), marked.get(key)
        if value in _UNSET and not _holds(later) and hidden is not True:
            continue
        place = f"{pointer}/{part_of(key)}"
        line = lines.get(place, lines.get(pointer, 1))
        attributes[key] = Attribute(key, _expression(value, later, hidden, line), line)
        if hidden is True or later is True:
            continue
        elements = value if isinstance(value, list) else [value]
        for index, one in enumerate(elements):
            if isinstance(one, dict):
                inner = f"{place}/{index}" if isinstance(value, list) else place
                below = Cursor(at.document, one, inner)
                body = _body(one, _mapping(_nth(later, index)), _mapping(_nth(hidden, index)), below)
                blocks.append(Block(key, (), body, lines.get(inner, line)))
    return Body(attributes, tuple(blocks))


def _expression(value: Any, later: Any, hidden: Any, line: int) -> Expression:
    if hidden is True:
        return Other(_SENSITIVE, line)
    if later is True:
        return Other(_LATER, line)
    if isinstance(value, dict):
        keys = dict.fromkeys((*value, *_mapping(later)))
        of_later, of_hidden = _mapping(later), _mapping(hidden)
        members = ((key, _expression(value.get(key), of_later.get(key), of_hidden.get(key), line)) for key in keys)
        return Members(tuple((Literal(key, line), member) for key, member in members), line)
    if isinstance(value, list):
        listed = (_expression(one, _nth(later, index), _nth(hidden, index), line) for index, one in enumerate(value))
        return Items(tuple(listed), line)
    return Literal(value, line)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _nth(value: Any, index: int) -> Any:
    """The part of a mark that is for one element; a mark of a mapping is for the mapping itself."""
    if isinstance(value, list):
        return value[index] if index < len(value) else None
    return value


def _holds(mark: Any) -> bool:
    """Whether anything is marked; marks stand where the values do, as `true`."""
    if isinstance(mark, dict):
        return any(_holds(one) for one in mark.values())
    return any(_holds(one) for one in mark) if isinstance(mark, list) else mark is True
