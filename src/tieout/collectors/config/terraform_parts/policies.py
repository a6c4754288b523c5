"""What roles may do: policies of AWS however they are written, roles of Azure and Google, and who is let in by them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tieout.collectors.config.terraform_parts.checks import Settings
from tieout.collectors.config.terraform_parts.resources import Node
from tieout.collectors.config.terraform_parts.values import Unknown
from tieout.kernel.reading.text import excerpt
from tieout.syntax.hcl_model import Call, Expression, Literal, Reference, Template

#: Policies that give a person or program rights.
_GIVING: Final[Mapping[str, str]] = {
    "aws_iam_group_policy": "policy",
    "aws_iam_policy": "policy",
    "aws_iam_role_policy": "policy",
    "aws_iam_user_policy": "policy",
    "aws_ssoadmin_permission_set_inline_policy": "inline_policy",
}
#: Policies that say who may use something.
_TAKING: Final[Mapping[str, str]] = {
    "aws_backup_vault_policy": "policy",
    "aws_ecr_repository_policy": "policy",
    "aws_iam_role": "assume_role_policy",
    "aws_kms_key": "policy",
    "aws_kms_key_policy": "policy",
    "aws_opensearch_domain_policy": "access_policies",
    "aws_s3_bucket_policy": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue_policy": "policy",
}
_ATTACHING: Final = {
    "aws_iam_group_policy_attachment": "policy_arn",
    "aws_iam_policy_attachment": "policy_arn",
    "aws_iam_role": "managed_policy_arns",
    "aws_iam_role_policy_attachment": "policy_arn",
    "aws_iam_user_policy_attachment": "policy_arn",
    "aws_ssoadmin_managed_policy_attachment": "managed_policy_arn",
}
_MANAGED: Final = ":aws:policy/"
_ALL_POWERFUL: Final = frozenset({"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"})
_GOOGLE_THINGS: Final = (
    "bigquery_dataset",
    "cloud_run_service",
    "cloud_run_v2_service",
    "cloudfunctions2_function",
    "cloudfunctions_function",
    "folder",
    "organization",
    "project",
    "pubsub_topic",
    "secret_manager_secret",
    "storage_bucket",
)
_GOOGLE: Final = frozenset(f"google_{thing}_iam_{how}" for thing in _GOOGLE_THINGS for how in ("binding", "member"))
_EVERYBODY: Final = frozenset({"allusers", "allauthenticatedusers"})
_BASIC_ROLES: Final = frozenset({"roles/owner", "roles/editor"})
_AZURE_ROLES: Final = frozenset(
    {"Contributor", "Owner", "User Access Administrator", "Role Based Access Control Administrator"}
)
_LEAST: Final = "allows neither everything nor a whole service on everything"
_NOT_EVERYBODY: Final = "not open to everybody"
_PLACE: Final = "\N{OBJECT REPLACEMENT CHARACTER}"  # what an expression within a policy's text comes to
#: Longest text of a policy that is read; AWS takes no longer one.
_LONGEST: Final = 50_000
_MOST_TAKEN_OVER: Final = 20


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy.

    Attributes:
        allows: Whether its effect is to allow.
        actions: What it is about; None where that is not told, or says what it is not about.
        resources: The same of what it covers.
        everybody: Whether anybody at all is named.
        conditions: Names of what its conditions ask for.
        line: Where it, or the policy, stands.
    """

    allows: bool
    actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    everybody: bool
    conditions: tuple[tuple[str, str], ...]
    line: int


def apply_policies(resource: Node, settings: Settings) -> None:
    """Rows of what a resource allows, and whom."""
    if resource.type in _GIVING:
        _giving(resource, _GIVING[resource.type], settings)
    if resource.type in _TAKING:
        _taking(resource, _TAKING[resource.type], settings)
    if resource.type == "aws_iam_role":
        for inline in resource.blocks("inline_policy"):
            _giving(inline, "policy", settings)
    if resource.type in _ATTACHING:
        _attached(resource, _ATTACHING[resource.type], settings)
    elif resource.type in _GOOGLE:
        _google(resource, settings)
    elif resource.type == "azurerm_role_assignment":
        _azure(resource, settings)


def _giving(node: Node, name: str, settings: Settings) -> None:
    """One row a statement that allows too much; one for the policy where none does."""
    if name not in node.body.attributes:
        return
    line = node.line_of(name)
    statements = _statements(node, name)
    if isinstance(statements, Unknown):
        settings.of(node, "privilege", _LEAST, line, holds=None, value=statements.words, attribute=name)
        return
    wide = [(statement, why) for statement in statements if (why := _too_wide(statement))]
    for statement, why in wide:
        at = statement.line if _is_inline(node, name) else line
        settings.of(node, "privilege", _LEAST, at, holds=False, value=why, attribute=name)
    if not wide:
        unclear = any(one.allows and _may_be_too_wide(one) for one in statements)
        value = "not every action or resource of it is told" if unclear else None
        settings.of(node, "privilege", _LEAST, line, holds=None if unclear else True, value=value, attribute=name)


def _taking(node: Node, name: str, settings: Settings) -> None:
    """Whether a policy of a thing lets everybody in, and whether it turns plain connections away."""
    if name not in node.body.attributes:
        return
    statements = _statements(node, name)
    if isinstance(statements, Unknown):
        _let_in(node, name, settings, value=statements.words)
        return
    open_to = [one for one in statements if one.allows and one.everybody]
    holds = not open_to or (None if all(one.conditions for one in open_to) else False)
    value = None if holds is True else "everybody, on conditions" if holds is None else "everybody, without a condition"
    _let_in(node, name, settings, holds=holds, value=value)
    plain = ("aws:SecureTransport", "false")
    if any(not one.allows and one.everybody and plain in one.conditions for one in statements):
        setting = "only encrypted connections are taken"
        settings.of(node, "encryption-in-transit", setting, node.line_of(name), holds=True, attribute=name)


def _let_in(node: Node, name: str, settings: Settings, *, holds: bool | None = None, value: str | None = None) -> None:
    """The row of who is let in; of a role, who may take it on."""
    line = node.line_of(name)
    if node.type == "aws_iam_role":
        setting = "only named parties may take it on"
        settings.of(node, "identity", setting, line, holds=holds, value=value, attribute=name)
    else:
        settings.of(node, "public-access", _NOT_EVERYBODY, line, holds=holds, value=value, attribute=name)


def _attached(node: Node, name: str, settings: Settings) -> None:
    value = node.value(name)
    for arn in value if isinstance(value, list) else [value]:
        if not isinstance(arn, str) or _MANAGED not in arn:
            continue
        policy = arn.rpartition("/")[2]
        if policy in _ALL_POWERFUL or policy.endswith("FullAccess"):
            shown = excerpt(policy)
            settings.of(node, "privilege", _LEAST, node.line_of(name), holds=False, value=shown, attribute=name)


def _google(node: Node, settings: Settings) -> None:
    role, members = node.value("role"), node.value("members")
    named = "members" if members is not None else "member"
    listed = members if isinstance(members, list) else [node.value("member")]
    if any(isinstance(member, str) and member.casefold() in _EVERYBODY for member in listed):
        line = node.line_of(named)
        settings.of(node, "public-access", _NOT_EVERYBODY, line, holds=False, value=_shown(role), attribute=named)
    if isinstance(role, str) and role in _BASIC_ROLES:
        line = node.line_of("role")
        settings.of(node, "privilege", _LEAST, line, holds=False, value=excerpt(role), attribute="role")


def _azure(node: Node, settings: Settings) -> None:
    role = node.value("role_definition_name")
    if isinstance(role, str) and role in _AZURE_ROLES:
        line = node.line_of("role_definition_name")
        settings.of(node, "privilege", _LEAST, line, holds=False, value=role, attribute="role_definition_name")


def _shown(value: Any) -> str | None:
    return excerpt(value) if isinstance(value, str) else None


def _too_wide(statement: Statement) -> str:
    """Why a statement allows too much; empty where it does not."""
    if not statement.allows or statement.actions is None or statement.resources is None:
        return ""
    anything = any(resource.strip() in {"*", "arn:aws:*", "arn:*"} for resource in statement.resources)
    for action in statement.actions:
        service, _, name = action.strip().partition(":")
        if service == "*" and name in {"", "*"}:
            return "every action" + (" on every resource" if anything else "")
        if name == "*" and (anything or any(_is_all_of(service, resource) for resource in statement.resources)):
            return f"every action of {excerpt(service)} on every resource"
        if anything and action.casefold() in {"iam:passrole", "sts:assumerole"} and not statement.conditions:
            return f"{excerpt(action)} on every resource"
    return ""


def _is_all_of(service: str, resource: str) -> bool:
    """Whether a resource is everything that a service has: `arn:aws:s3:::*`."""
    parts = resource.strip().split(":", 5)
    return len(parts) > len(("arn", "aws", "s3")) and (
        parts[0] == "arn" and parts[2].casefold() in {service.casefold(), "*"} and parts[-1] in {"*", "*/*"}
    )


def _may_be_too_wide(statement: Statement) -> bool:
    """Whether a statement of which not all is told may allow too much: named actions do not, on whatever."""
    if statement.actions is None:
        return True
    anywhere = replace(statement, resources=("*",))
    return statement.resources is None and bool(_too_wide(anywhere))


def _is_inline(node: Node, name: str) -> bool:
    return not isinstance(node.body.attributes[name].value, Reference)


def _statements(node: Node, name: str) -> list[Statement] | Unknown:
    """The statements of a policy: a document of its own, an object that is written as JSON, or JSON in a text."""
    expression = node.body.attributes[name].value
    if isinstance(expression, Reference) and expression.path[:2] == ("data", "aws_iam_policy_document"):
        return _of_document(node, expression.path, frozenset())
    if isinstance(expression, Call) and expression.name == "jsonencode" and len(expression.arguments) == 1:
        value = node.values.of(expression.arguments[0], node.env)
        return value if isinstance(value, Unknown) else list(statements_of(value, expression.line))
    text = _text_of(expression)
    if text is None:
        return _asked(node, name)
    try:
        data = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        return Unknown("a text that is no JSON")
    return list(statements_of(data, expression.line))


def _asked(node: Node, name: str) -> Unknown | list[Statement]:
    value = node.value(name)
    if isinstance(value, Unknown):
        return value
    return Unknown("an expression")


def _text_of(expression: Expression) -> str | None:
    """A policy's text; each expression within it becomes a mark, which is no wildcard."""
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        return expression.value
    if isinstance(expression, Template):
        return "".join(part if isinstance(part, str) else _PLACE for part in expression.parts)
    return None


def _of_document(node: Node, path: tuple[str, ...], seen: frozenset[str]) -> list[Statement] | Unknown:
    """Statements of a data source, and of those that it takes over."""
    name = path[2] if len(path) > len(("data", "type")) else ""
    found_block = node.env.folder.data.get(("aws_iam_policy_document", name))
    if found_block is None or name in seen or len(seen) > _MOST_TAKEN_OVER:
        return Unknown(".".join(path))
    file, block = found_block
    node.values.touch(file, block.line)
    document = Node(node.type, node.address, block.body, node.env, node.values, block.line)
    found = [_of_block(one) for one in document.blocks("statement")]
    for taking in ("source_policy_documents", "override_policy_documents"):
        attribute = block.body.attributes.get(taking)
        for expression in getattr(attribute.value, "items", ()) if attribute is not None else ():
            if not isinstance(expression, Reference) or expression.path[:2] != ("data", "aws_iam_policy_document"):
                return Unknown("another policy")
            taken = _of_document(node, expression.path, seen | {name})
            if isinstance(taken, Unknown):
                return taken
            found += taken
    return found


def _of_block(node: Node) -> Statement:
    effect = node.value("effect")
    # "Defaults to Allow", and to every principal only where a block says so.
    principals = [
        identifier
        for block in node.blocks("principals")
        for identifier in (_texts(block.value("identifiers")) or ())
        if block.value("type") in ("*", "AWS")
    ]
    conditions = tuple(
        (str(one.value("variable")), str(value))
        for one in node.blocks("condition")
        for value in _wanted(one.value("values"))
    )
    allows = effect is None or effect == "Allow"
    return Statement(
        allows=allows,
        actions=_texts(node.value("actions")),
        resources=_texts(node.value("resources")),
        everybody="*" in principals,
        conditions=conditions,
        line=node.line_of("actions"),
    )


def statements_of(data: Any, line: int) -> Iterator[Statement]:
    """The statements of a policy of AWS as JSON has it; what is no statement is passed over."""
    statements = data.get("Statement") if isinstance(data, dict) else None
    for one in statements if isinstance(statements, list) else [statements]:
        if not isinstance(one, dict):
            continue
        principal = one.get("Principal")
        named = list(principal.values()) if isinstance(principal, dict) else [principal]
        everybody = any("*" in (_texts(value) or ()) for value in named)
        yield Statement(
            allows=one.get("Effect") == "Allow",
            actions=_texts(one.get("Action")),
            resources=_texts(one.get("Resource")),
            everybody=everybody,
            conditions=tuple(_conditions(one.get("Condition"))),
            line=line,
        )


def _conditions(value: Any) -> Iterator[tuple[str, str]]:
    for tests in value.values() if isinstance(value, dict) else ():
        for variable, wanted in tests.items() if isinstance(tests, dict) else ():
            for one in _wanted(wanted):
                yield str(variable), one


def _wanted(value: Any) -> Iterator[str]:
    """What a condition asks for, as text; something that is not told is a mark."""
    for one in value if isinstance(value, list) else [value]:
        yield _PLACE if isinstance(one, Unknown) else str(one).lower() if isinstance(one, bool) else str(one)


def _texts(value: Any) -> tuple[str, ...] | None:
    """A text or a list of texts; a mark for one that is made or put together, None where one may be anything."""
    found: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, Unknown) and one.is_made:
            found.append(_PLACE)
        else:
            return None
    return tuple(found)
