"""Where secrets come from: written in the files, or from a store of secrets; what they are is never kept."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from tieout.collectors.config.secret_settings import held
from tieout.collectors.config.terraform_parts.checks import Settings
from tieout.collectors.config.terraform_parts.folders import Folder
from tieout.collectors.config.terraform_parts.resources import Node
from tieout.collectors.config.terraform_parts.values import Env, Unknown, Values
from tieout.collectors.hcl_sources import held_by
from tieout.kernel.reading.redaction_data import rule_of
from tieout.kernel.reading.redaction_keys import Sense, sense_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.hcl_model import Attribute, Body, Expression, Items, Literal, Members, Reference

_SETTING: Final = "its secret is not written in the file"
#: Where secrets are kept or made at random: beginnings of an address.
_STORES: Final = (
    "aws_secretsmanager_",
    "aws_ssm_parameter",
    "azurerm_key_vault_",
    "ephemeral.",
    "google_secret_manager_",
    "random_password",
    "random_string",
    "random_bytes",
    "tls_private_key",
    "vault_",
)
_TELLING: Final = frozenset({Sense.SECRET, Sense.PASSWORD})
_DEEPEST: Final = 20
#: Names that sound like a secret's and are not: marks by which a service tells repeated requests.
_NO_SECRETS: Final = frozenset({"caller_reference", "client_token", "creation_token", "idempotency_token"})
#: What such a name is set to where it says how long one is valid (Cognito's `token_validity_units`).
_UNITS: Final = frozenset({"days", "hours", "minutes", "seconds"})


def apply_secrets(resource: Node, settings: Settings) -> None:
    """Rows of every attribute of a resource whose name is that of a secret."""
    holding = held_by(resource.type, resource.body)
    for name, attribute, node in _attributes(resource, resource.body, 0):
        sense = Sense.SECRET if node.body is resource.body and name in holding else sense_of(name)
        if sense in _TELLING and name not in _NO_SECRETS:
            _judge(node, name, attribute.value, sense, settings)


def apply_elsewhere(folder: Folder, path: str, values: Values, settings: Settings) -> None:
    """The same of what is no resource: calls of modules, providers, defaults of variables, locals."""
    body = folder.files[path]
    env = Env(folder)
    for block in body.of_type("module", "provider"):
        address = ".".join((block.type, *block.labels))
        apply_secrets(Node(block.type, address, block.body, env, values, block.line), settings)
    for block in body.of_type("locals"):
        named = Node("locals", "local", block.body, env, values, block.line)
        apply_secrets(named, settings)
    for block in body.of_type("variable"):
        default = block.body.attributes.get("default")
        if default is not None and len(block.labels) == 1 and sense_of(block.labels[0]) in _TELLING:
            node = Node("variable", f"var.{block.labels[0]}", block.body, env, values, block.line)
            _judge(node, block.labels[0], default.value, sense_of(block.labels[0]), settings, known_only=True)


def apply_values(folder: Folder, body: Body, values: Values, settings: Settings) -> None:
    """The same of a file of values for variables."""
    for name, attribute in body.attributes.items():
        if sense_of(name) in _TELLING:
            node = Node("variable", f"var.{name}", body, Env(folder), values, attribute.line)
            _judge(node, name, attribute.value, sense_of(name), settings, known_only=True)


def _attributes(node: Node, body: Body, depth: int) -> Iterator[tuple[str, Attribute, Node]]:
    """Every attribute of a body and of all below it; a member that is named beside its value goes by that name."""
    if depth > _DEEPEST:
        return
    inner = replace(node, body=body)
    named = _named(body)
    for name, attribute in body.attributes.items():
        yield named if named and name == "value" else name, attribute, inner
        for below in _objects(attribute.value):
            yield from _attributes(inner, below, depth + 1)
    for block in body.blocks:
        if block.type not in body.attributes:  # the JSON form gives one thing as both
            yield from _attributes(inner, block.body, depth + 1)


def _named(body: Body) -> str:
    """What a body that names its value calls it: `{name = "DB_PASSWORD", value = "…"}`."""
    attribute = body.attributes.get("name") or body.attributes.get("key")
    value = attribute.value.value if attribute is not None and isinstance(attribute.value, Literal) else None
    return value if "value" in body.attributes and isinstance(value, str) else ""


def _objects(expression: Expression) -> Iterator[Body]:
    if isinstance(expression, Members):
        yield Body(
            {
                str(key.value): Attribute(str(key.value), value, value.line)
                for key, value in expression.members
                if isinstance(key, Literal)
            }
        )
    elif isinstance(expression, Items):
        for item in expression.items:
            yield from _objects(item)
    else:
        for argument in getattr(expression, "arguments", ()):
            yield from _objects(argument)


def _judge(
    node: Node, name: str, expression: Expression, sense: Sense, settings: Settings, *, known_only: bool = False
) -> None:
    """One row where it can be told where a secret comes from.

    Args:
        node: Where it stands.
        name: What it is called.
        expression: What it is set to.
        sense: What its name says.
        settings: Takes the row.
        known_only: A value that is not told makes no row.
    """
    node.values.trail.clear()
    try:
        value: Any = node.values.of(expression, node.env)
    except RecursionError:
        return
    shown = excerpt(name)
    if isinstance(value, str) and value not in _UNITS and _is_written(name, value, sense):
        by = f" (as the value of {'.'.join(expression.path[:2])})" if isinstance(expression, Reference) else ""
        said = f"{shown} is written in plain text{by}"
        settings.of(node, "secrets", _SETTING, expression.line, holds=False, value=said)
    elif isinstance(value, Unknown) and not known_only:
        bare = value.by.removeprefix("data.")
        if bare.startswith(_STORES):
            settings.of(node, "secrets", _SETTING, expression.line, holds=True, value=f"{shown} from {value.by}")
        elif bare.startswith("var."):
            settings.of(node, "secrets", _SETTING, expression.line, value=f"{shown}: {value.words}")


def _is_written(name: str, value: str, sense: Sense) -> bool:
    return held(name, value) == "written" or rule_of(value, sense) is not None
