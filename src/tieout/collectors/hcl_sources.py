"""Values of a source in HCL by what their names say, so that secrets are taken out of the copy that is kept."""

from collections.abc import Iterator
from typing import Any, Final

from tieout.kernel.reading.redaction_keys import Sense, each_leaf, sense_of
from tieout.syntax.hcl import parse_hcl
from tieout.syntax.hcl_model import Block, Body, Call, Choice, Expression, Items, Literal, Members, Operation, Template

_ENDINGS: Final = (".hcl", ".tf", ".tfvars", ".tofu")
#: Attributes that hold a secret though their name does not say so, by type of resource.
HOLDING: Final = {
    "aws_secretsmanager_secret_version": "secret_string",
    "azurerm_key_vault_secret": "value",
    "google_secret_manager_secret_version": "secret_data",
    "kubernetes_secret": "data",
    "kubernetes_secret_v1": "data",
    "vault_generic_secret": "data_json",
    "vault_kv_secret_v2": "data_json",
}

Leaf = tuple[int, int, int, Any]


def is_hcl(path: str) -> bool:
    """Whether a path's name says that it is HCL."""
    return path.lower().endswith(_ENDINGS)


def hcl_leaves(text: str, *, where: str) -> list[Leaf]:
    """First and last character, a `Sense`, and the value of every text and number of a source.

    Args:
        text: The source.
        where: How errors name the file.

    Raises:
        UnreadableError: It is no HCL.
    """
    found: list[Leaf] = []

    def visit(leaf: Any, sense: Sense) -> Any:
        if isinstance(leaf, Literal) and leaf.end > leaf.start and leaf.value is not None:
            found.append((leaf.start, leaf.end, int(sense), leaf.value))
        return leaf

    body = parse_hcl(text, where=where)
    each_leaf(_attributes(body), visit)
    for block in body.blocks:
        for tree, outer in _of_block(block):
            each_leaf(tree, visit, outer)
    return found


def _of_block(block: Block) -> Iterator[tuple[Any, Sense]]:
    """The values of a block at the top, with what the name of a variable, or the type of a resource, says of them."""
    if block.type == "variable" and block.labels:
        attributes = _attributes(block.body)
        yield attributes.pop("default", None), sense_of(block.labels[0])
        yield attributes, Sense.NONE
        return
    tree = _tree(block.body)
    holding = HOLDING.get(block.labels[0]) if block.type == "resource" and block.labels else None
    if holding is not None:
        yield tree.pop(holding, None), Sense.SECRET
    yield tree, Sense.NONE


def _attributes(body: Body) -> dict[str, Any]:
    return {name: _plain(attribute.value) for name, attribute in body.attributes.items()}


def _tree(body: Body) -> dict[str, Any]:
    """A body as mappings and lists with literals as leaves; blocks of one type are a list."""
    tree = _attributes(body)
    for block in body.blocks:
        tree.setdefault(f"{block.type} ", []).append(_tree(block.body))
    return {name.strip() if name.strip() not in tree else name: value for name, value in tree.items()}


def _plain(expression: Expression) -> Any:
    if isinstance(expression, Members):
        named: dict[str, Any] = {}
        for index, (key, value) in enumerate(expression.members):
            name = str(key.value) if isinstance(key, Literal) else ""
            # A name that stands twice keeps both values; digits say nothing of what a name means.
            named[name if name not in named else f"{name} {index}"] = _plain(value)
        return named
    if isinstance(expression, Items):
        return [_plain(item) for item in expression.items]
    if isinstance(expression, Template):
        # What stands for an expression is written as one, so that a template of nothing else is no secret.
        text = "".join(part if isinstance(part, str) else "${x}" for part in expression.parts)
        return Literal(text, expression.line, expression.start, expression.end)
    if isinstance(expression, Call):
        # A list would pair arguments with each other, as a name with its value.
        return {f"argument {index}": _plain(argument) for index, argument in enumerate(expression.arguments)}
    if isinstance(expression, Choice):
        return [_plain(expression.yes), _plain(expression.no), None]
    return [_plain(operand) for operand in expression.operands] if isinstance(expression, Operation) else expression
