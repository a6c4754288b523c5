"""Resources of Terraform that will be made: switched off ones left out, several told apart, blocks filled in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from tieout.collectors.config.terraform_parts.folders import Folder
from tieout.collectors.config.terraform_parts.values import Env, Unknown, Values, as_number, is_number
from tieout.kernel.reading.text import excerpt
from tieout.syntax.hcl_model import ANY, Attribute, Block, Body, Expression, Items, Literal, Members, Reference

#: Most instances of one resource or block that are told apart.
_MOST_INSTANCES: Final = 50


@dataclass(frozen=True, slots=True)
class Node:
    """A resource that will be made, or a block within one.

    Attributes:
        type: Of the resource, as `aws_s3_bucket`.
        address: Of the resource, as Terraform calls it within its module: `aws_s3_bucket.logs`.
        body: Attributes and blocks.
        env: For its expressions.
        values: Works them out.
        line: Of its head.
        doubt: Who decides whether it is there at all; None where it is.
        ignored: Attributes of the resource whose later changes Terraform leaves alone; `*` stands for all.
    """

    type: str
    address: str
    body: Body
    env: Env
    values: Values
    line: int
    doubt: str | None = None
    ignored: frozenset[str] = frozenset()

    def blocks(self, type_: str) -> "list[Node]":
        """Its blocks of a type, those that are made for each element of something among them."""
        found: list[Node] = []
        for block in self.body.blocks:
            if block.type == type_:
                found.append(replace(self, body=block.body, line=block.line))
            elif block.type == "dynamic" and block.labels == (type_,):
                found.extend(_dynamic(block, self, type_))
        if not found and type_ in self.body.attributes:  # written as an attribute: `rules = [{…}]`
            expression = self.body.attributes[type_].value
            objects = expression.items if isinstance(expression, Items) else (expression,)
            found = [replace(self, body=_as_body(one), line=one.line) for one in objects if isinstance(one, Members)]
            odd = [one for one in objects if not isinstance(one, Members) and not _is_null(one)]
            if odd:
                self.values.unread.setdefault((odd[0].line, self.address, type_))
        return found

    def below(self, place: str) -> "list[Node]":
        """Every block at a place such as `rule.expiration`; the node itself at none."""
        nodes = [self]
        for step in place.split(".") if place else ():
            nodes = [inner for node in nodes for inner in node.blocks(step)]
        return nodes

    def at(self, place: str) -> "list[tuple[Node, Attribute]]":
        """Every attribute at a place such as `rule.expiration.days`, with the block that it stands in."""
        above, _, name = place.rpartition(".")
        return [(node, node.body.attributes[name]) for node in self.below(above) if name in node.body.attributes]

    def value(self, name: str) -> Any:
        """The value of an attribute; None where it has none, `Unknown` where the files do not tell."""
        attribute = self.body.attributes.get(name)
        if attribute is None:
            return None
        try:
            return self.values.of(attribute.value, self.env)
        except RecursionError:  # each expression is capped in depth, names that lead to others are not
            return Unknown("names that are nested too deeply")

    def has(self, name: str) -> bool:
        """Whether it has an attribute or a block of this name."""
        return name in self.body.attributes or any(name in {block.type, *block.labels} for block in self.body.blocks)

    def first(self, place: str) -> Any:
        """The value at a place, of the first block that has one; None without."""
        name = place.rpartition(".")[2]
        return next((value for node, _ in self.at(place) if (value := node.value(name)) is not None), None)

    def line_of(self, name: str) -> int:
        """The line of an attribute, or of the block where it has none."""
        return self.body.attributes[name].line if name in self.body.attributes else self.line


def _is_null(expression: Expression) -> bool:
    return isinstance(expression, Literal) and expression.value is None


def resources_in(folder: Folder, path: str, values: Values) -> Iterator[Node]:
    """The resources of one file that are not switched off, in its order."""
    switch = _module_switch(folder, values)
    if switch is False:
        return
    for block in folder.files[path].of_type("resource"):
        if len(block.labels) == len(("type", "name")):
            yield from _instances(block, folder, values, switch if isinstance(switch, str) else None)


def off_in(folder: Folder, path: str, values: Values) -> Iterator[tuple[int, str]]:
    """Line and address of the resources of one file that are switched off."""
    idle = _module_switch(folder, values) is False
    for block in folder.files[path].of_type("resource"):
        if len(block.labels) == len(("type", "name")) and (idle or not list(_instances(block, folder, values, None))):
            yield block.line, ".".join(block.labels)


def target(expression: Expression | None) -> str | None:
    """The address of the resource that an expression names: `aws_s3_bucket.logs` of `aws_s3_bucket.logs[0].id`."""
    if not isinstance(expression, Reference) or len(expression.path) < len(("type", "name")):
        return None
    root = expression.path[0]
    if root in {"var", "local", "each", "count", "path", "terraform", "self"}:
        return None
    steps = 3 if root == "data" else 2
    return ".".join(step for step in expression.path[:steps] if step != ANY)


def _instances(block: Block, folder: Folder, values: Values, doubt: str | None) -> Iterator[Node]:
    address = ".".join(block.labels)
    env = Env(folder)
    made = Node(block.labels[0], address, block.body, env, values, block.line, doubt, _ignored(block))
    count, each = block.body.attributes.get("count"), block.body.attributes.get("for_each")
    if count is not None:
        number = as_number(values.decides(count, env))
        if number == 0:
            return
        yield made if is_number(number) else _doubted(made, number)
    elif each is None:
        yield made
    else:
        elements = values.decides(each, env)
        bound = _elements(elements)
        if bound is None:
            # A condition may leave nothing; names of something else are taken to name one at least.
            unsure = isinstance(elements, Unknown) and elements.by.startswith("a condition")
            yield _doubted(made, elements) if unsure else made
            return
        for key, element in bound:
            inner = env.binding("each", {"key": key, "value": element})
            yield replace(made, address=f'{address}["{excerpt(key)}"]', env=inner)


def _doubted(made: Node, by: Any) -> Node:
    return replace(made, doubt=made.doubt or (by.by if isinstance(by, Unknown) else "an expression"))


def _elements(value: Any) -> list[tuple[str, Any]] | None:
    """Key and element of each instance; None where they are not known, or too many to be told apart."""
    if isinstance(value, dict) and len(value) <= _MOST_INSTANCES:
        return list(value.items())
    if isinstance(value, list) and len(value) <= _MOST_INSTANCES and all(isinstance(one, str) for one in value):
        return [(one, one) for one in dict.fromkeys(value)]
    return [] if value is None else None


def _dynamic(block: Block, node: Node, type_: str) -> Iterator[Node]:
    """What a dynamic block makes: a block for each element of what it names."""
    content = next(block.body.of_type("content"), None)
    each = block.body.attributes.get("for_each")
    if content is None or each is None:
        return
    iterator = block.body.attributes.get("iterator")
    name = type_
    if iterator is not None and isinstance(iterator.value, Reference | Literal):
        name = iterator.value.path[0] if isinstance(iterator.value, Reference) else str(iterator.value.value)
    made = replace(node, body=content.body, line=content.line)
    elements = node.values.decides(each, node.env)
    if isinstance(elements, list) and len(elements) <= _MOST_INSTANCES:
        bound: list[tuple[Any, Any]] | None = list(enumerate(elements))
    else:
        bound = _elements(elements)
    if bound is None:
        yield _doubted(made, elements)
    for key, element in bound or ():
        yield replace(made, env=node.env.binding(name, {"key": key, "value": element}))


def _as_body(members: Members) -> Body:
    named = {
        str(key.value): Attribute(str(key.value), content, key.line)
        for key, content in members.members
        if isinstance(key, Literal)
    }
    return Body(named)


def _ignored(block: Block) -> frozenset[str]:
    """Attributes that `ignore_changes` names: what the file says of them need not be so."""
    found: set[str] = set()
    for lifecycle in block.body.of_type("lifecycle"):
        attribute = lifecycle.body.attributes.get("ignore_changes")
        if attribute is None:
            continue
        listed = attribute.value.items if isinstance(attribute.value, Items) else (attribute.value,)
        for one in listed:
            if isinstance(one, Reference):
                found.add(ANY if one.path == ("all",) else one.path[0])
            elif isinstance(one, Literal) and isinstance(one.value, str):
                found.add(one.value.partition(".")[0].partition("[")[0])
    return frozenset(found)


def _module_switch(folder: Folder, values: Values) -> bool | str | None:
    """Whether any call of a module makes it: False where each is switched off, a name where that decides, else None."""
    calls = values.folders.callers.get(folder.path, ())
    if not calls:
        return None
    told: list[bool | str] = []
    for caller, path, call in calls[:_MOST_INSTANCES]:
        env = Env(caller)
        values.touch(path, call.line)
        count, each = call.body.attributes.get("count"), call.body.attributes.get("for_each")
        switch = values.decides(count, env) if count is not None else values.decides(each, env) if each else True
        if isinstance(switch, Unknown):
            told.append(switch.by if count is not None or switch.by.startswith("a condition") else True)
        else:
            told.append(bool(as_number(switch)))
    if any(one is True for one in told):
        return None
    return next((one for one in told if isinstance(one, str)), False)
