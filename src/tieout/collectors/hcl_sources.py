"""Values of a source in HCL by what their names say, so that secrets are taken out of the copy that is kept."""

from collections.abc import Iterator
from typing import Any, Final

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.redaction_keys import Sense, each_leaf, sense_of
from tieout.syntax.hcl import parse_hcl
from tieout.syntax.hcl_model import Block, Body, Call, Choice, Expression, Items, Literal, Members, Operation, Template

_ENDINGS: Final = (".hcl", ".tf", ".tfvars", ".tofu")
_OF_VALUES: Final = (".tfvars", ".tfvars.json")
#: Attributes that hold a secret though their name does not say so, by type of resource.
HOLDING: Final[dict[str, frozenset[str]]] = {
    "aws_secretsmanager_secret_version": frozenset({"secret_binary", "secret_string"}),
    "aws_ssm_parameter": frozenset({"value"}),
    "azurerm_key_vault_secret": frozenset({"value"}),
    "azurerm_automation_variable_string": frozenset({"value"}),
    "circleci_environment_variable": frozenset({"value"}),
    "cloudflare_workers_secret": frozenset({"secret_text"}),
    "doppler_secret": frozenset({"value"}),
    "github_actions_environment_secret": frozenset({"encrypted_value", "plaintext_value"}),
    "github_actions_organization_secret": frozenset({"encrypted_value", "plaintext_value"}),
    "github_actions_secret": frozenset({"encrypted_value", "plaintext_value"}),
    "github_codespaces_secret": frozenset({"plaintext_value"}),
    "github_dependabot_secret": frozenset({"encrypted_value", "plaintext_value"}),
    "google_secret_manager_regional_secret_version": frozenset({"secret_data"}),
    "google_secret_manager_secret_version": frozenset({"secret_data"}),
    "heroku_config": frozenset({"sensitive_vars"}),
    "kubernetes_secret": frozenset({"binary_data", "data"}),
    "kubernetes_secret_v1": frozenset({"binary_data", "data"}),
    "local_file": frozenset({"sensitive_content"}),
    "local_sensitive_file": frozenset({"content", "content_base64"}),
    "vault_generic_secret": frozenset({"data_json"}),
    "vault_kv_secret": frozenset({"data_json"}),
    "vault_kv_secret_v2": frozenset({"data_json"}),
}
#: A block that says of itself that its value is a secret.
_SAYS_SO: Final = ("masked", "sensitive", "is_secret", "secret", "encrypted")
_VALUES: Final = frozenset({"default", "value"})
#: Behind the name of an argument that is sent and not kept, for secrets.
_WRITE_ONLY: Final = "_wo"
_MARKING: Final = "sensitive"
_PARAMETER: Final = "aws_ssm_parameter"
_OPEN_PARAMETERS: Final = frozenset({"String", "StringList"})
#: Functions whose arguments are what they give, in another form; those of others name files, indices and separators.
_FORMS: Final = frozenset(
    {"base64encode", "concat", "jsonencode", "merge", "nonsensitive", "sensitive", "tolist", "tomap", "tostring"}
    | {"trimspace", "chomp", "yamlencode", "textencodebase64", "base64gzip", "coalesce"}
)

Leaf = tuple[int, int, int, Any]


def is_hcl(path: str) -> bool:
    """Whether a path's name says that it is HCL."""
    return path.lower().endswith(_ENDINGS)


def is_values(path: str) -> bool:
    """Whether a path's name says that values of variables are set there."""
    return path.lower().endswith(_OF_VALUES)


def sensitive_variables(text: str) -> frozenset[str]:
    """Names of the variables that a source declares sensitive; of what is no HCL none."""
    try:
        return sensitive_among(parse_hcl(text, where=""))
    except UnreadableError:
        return frozenset()


def sensitive_among(body: Body) -> frozenset[str]:
    """The same of a source that is parsed, in either form of the language."""
    return frozenset(block.labels[0] for block in body.of_type("variable") if block.labels and _says_so(block.body))


def hcl_leaves(text: str, *, where: str, sensitive: frozenset[str] = frozenset()) -> list[Leaf]:
    """First and last character, a `Sense`, and the value of every text and number of a source.

    Args:
        text: The source.
        where: How errors name the file.
        sensitive: Variables whose values are secrets, where the source sets some.

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
    for name in sorted(sensitive & body.attributes.keys() if is_values(where) else ()):
        each_leaf(_every_literal(body.attributes[name].value), visit, Sense.SECRET)
    for block in body.blocks:
        for tree, outer in _of_block(block):
            each_leaf(tree, visit, outer)
    return found


def held_by(type_: str, body: Body) -> frozenset[str]:
    """The attributes of a resource that hold a secret whatever they are called.

    Args:
        type_: Of the resource.
        body: Its attributes: a parameter that is stored in the clear holds none.
    """
    if type_ == _PARAMETER and _literal(body, "type") in _OPEN_PARAMETERS:
        return frozenset()
    return HOLDING.get(type_, frozenset())


def _of_block(block: Block) -> Iterator[tuple[Any, Sense]]:
    """The values of a block at the top, with what the name of a variable, or the type of a resource, says of them."""
    if block.type == "variable" and block.labels:
        attributes = _attributes(block.body)
        yield attributes.pop("default", None), sense_of(block.labels[0])
        yield attributes, Sense.NONE
    else:
        yield _tree(block.body), Sense.NONE
    holding = held_by(block.labels[0], block.body) if block.type == "resource" and block.labels else frozenset()
    for name, attribute in block.body.attributes.items():
        if name in holding:
            yield _every_literal(attribute.value), Sense.SECRET
    for body in _bodies(block):
        for name in _VALUES & body.attributes.keys():
            yield _every_literal(body.attributes[name].value), Sense.SECRET


def _bodies(block: Block) -> Iterator[Body]:
    """The bodies of a block and of those in it that say of themselves that they hold a secret."""
    if block.type.endswith("_sensitive") or _says_so(block.body):
        yield block.body
    for inner in block.body.blocks:
        yield from _bodies(inner)


def _says_so(body: Body) -> bool:
    """Whether a block says of itself that it is secret; Terraform takes these texts for yes, too."""
    return any(value is True or value in ("true", "1") for value in (_literal(body, name) for name in _SAYS_SO))


def _literal(body: Body, name: str) -> Any:
    attribute = body.attributes.get(name)
    return attribute.value.value if attribute is not None and isinstance(attribute.value, Literal) else None


def _every_literal(expression: Expression) -> dict[str, Any]:
    """Named by their turn: a list would pair them with each other."""
    return {f"literal {index}": leaf for index, leaf in enumerate(_every(expression))}


def _every(expression: Expression) -> Iterator[Any]:
    """Every literal that an expression gives, whatever the names around it."""
    if isinstance(expression, Members):
        for _, value in expression.members:
            yield from _every(value)
    elif isinstance(expression, Items):
        for item in expression.items:
            yield from _every(item)
    elif isinstance(expression, Choice):
        yield from (*_every(expression.yes), *_every(expression.no))
    elif isinstance(expression, Call):
        for argument in expression.arguments if expression.name in _FORMS else ():
            yield from _every(argument)
    elif isinstance(expression, Literal | Template):
        yield _plain(expression)


def _attributes(body: Body) -> dict[str, Any]:
    return {
        name: {"secret": _every_literal(attribute.value)} if name.endswith(_WRITE_ONLY) else _plain(attribute.value)
        for name, attribute in body.attributes.items()
    }


def _tree(body: Body) -> dict[str, Any]:
    """A body as mappings and lists with literals as leaves; blocks of one type are a list."""
    tree = _attributes(body)
    for block in body.blocks:
        tree.setdefault(f"{block.type} ", []).append(_tree(block.body))
    return {name.strip() if name.strip() not in tree else name: value for name, value in tree.items()}


def _plain(expression: Expression) -> Any:
    if isinstance(expression, Members):
        members: dict[str, Any] = {}
        for index, (key, value) in enumerate(expression.members):
            name = str(key.value) if isinstance(key, Literal) else ""
            # A name that stands twice keeps both values; digits say nothing of what a name means.
            members[name if name not in members else f"{name} {index}"] = _plain(value)
        return members
    if isinstance(expression, Items):
        return [_plain(item) for item in expression.items]
    if isinstance(expression, Template):
        # What stands for an expression is written as one, so that a template of nothing else is no secret.
        text = "".join(part if isinstance(part, str) else "${x}" for part in expression.parts)
        return Literal(text, expression.line, expression.start, expression.end)
    if isinstance(expression, Call):
        # A list would pair arguments with each other, as a name with its value.
        named = {f"argument {index}": _plain(argument) for index, argument in enumerate(expression.arguments)}
        return {"secret": _every_literal(expression)} if expression.name == _MARKING else named
    if isinstance(expression, Choice):
        return [_plain(expression.yes), _plain(expression.no), None]
    return [_plain(operand) for operand in expression.operands] if isinstance(expression, Operation) else expression
