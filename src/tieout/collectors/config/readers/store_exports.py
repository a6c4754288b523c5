"""Reads what the clouds' own programs print of stores: buckets, log groups and storage accounts, as JSON.

Each export becomes the resource that Terraform would make, so that one set of checks judges both.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.readers.terraform import take_resource
from tieout.collectors.config.terraform_parts.checks import Settings
from tieout.collectors.config.terraform_parts.folders import MAX_JSON, Folder, Folders
from tieout.collectors.config.terraform_parts.resources import Node
from tieout.collectors.config.terraform_parts.stores import Stores
from tieout.collectors.config.terraform_parts.values import Env, Values
from tieout.kernel.errors import UnreadableError
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.hcl_json import body_of_values

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
#: Members that Terraform calls otherwise than by their words.
_NAMES: Final = {
    "Rules": "rule",
    "Transitions": "transition",
    "defaultKmsKey": "default_kms_key_name",
    "KMSMasterKeyID": "kms_master_key_id",
    "default_kms_key": "default_kms_key_name",
}
_ACCOUNT: Final = re.compile(r"/storageAccounts/([A-Za-z0-9-]{1,63})", re.IGNORECASE)
_MOST: Final = 5_000
#: Rules that cannot be judged and are told one by one.
_MOST_TOLD: Final = 20

Tree = dict[str, Any]


@dataclass(slots=True)
class _Made:
    """A resource of an export: its type, the store's name, its content, and the line of each value of it."""

    type: str
    store: str
    content: Tree
    lines: dict[str, int]
    line: int


@dataclass(frozen=True, slots=True)
class _Form:
    """One kind of export: what tells it, and the resources that it gives."""

    product: str
    tells: Callable[[Tree], bool]
    gives: Callable[[Tree, str, Mapping[str, int]], Iterator[_Made]]


def _renamed(value: Any, old: str, new: str, lines: Mapping[str, int], kept: dict[str, int]) -> Any:
    """The same with Terraform's names, and the line of each value under its new pointer."""
    if old in lines:
        kept[new] = lines[old]
    if isinstance(value, dict):
        members = {}
        for key, member in value.items():
            name = _NAMES.get(key) or _HUMP.sub("_", key).lower()
            members[name] = _renamed(member, f"{old}/{part_of(key)}", f"{new}/{part_of(name)}", lines, kept)
        return members
    if isinstance(value, list):
        return [_renamed(one, f"{old}/{index}", f"{new}/{index}", lines, kept) for index, one in enumerate(value)]
    return value


def _one(
    type_: str, below: tuple[str, ...] = (), within: tuple[str, ...] = ()
) -> Callable[[Tree, str, Mapping[str, int]], Iterator[_Made]]:
    """An export that is one resource.

    Args:
        type_: Of Terraform.
        below: Members that lead to its content.
        within: Blocks that Terraform puts around it.
    """

    def give(data: Tree, store: str, lines: Mapping[str, int]) -> Iterator[_Made]:
        old, content = "", data
        for key in below:
            old, content = f"{old}/{part_of(key)}", content[key]
        kept: dict[str, int] = {}
        new = "".join(f"/{part_of(name)}" for name in within)
        made = _renamed(content, old, new, lines, kept)
        for name in reversed(within):
            made = {name: made}
        yield _Made(type_, store, made, kept, lines.get(old, 1))

    return give


def _log_groups(data: Tree, _store: str, lines: Mapping[str, int]) -> Iterator[_Made]:
    for index, group in enumerate(data["logGroups"][:_MOST]):
        if isinstance(group, dict) and isinstance(group.get("logGroupName"), str):  # of others _left_out tells
            at = f"/logGroups/{index}"
            kept: dict[str, int] = {}
            content = _renamed(group, at, "", lines, kept)
            content |= {"name": group["logGroupName"]}
            yield _Made("aws_cloudwatch_log_group", group["logGroupName"], content, kept, lines.get(at, 1))


def _google_bucket(data: Tree, store: str, lines: Mapping[str, int]) -> Iterator[_Made]:
    """As `gcloud storage buckets describe` prints it, or as the API gives it (`--raw`)."""
    kept: dict[str, int] = {}
    tree = _renamed(data, "", "", lines, kept)
    tree = {key: value for key, value in tree.items() if value is not None}
    for key in ("lifecycle_config", "lifecycle"):
        found = tree.pop(key, None)
        if isinstance(found, dict) and isinstance(found.get("rule"), list):
            tree["lifecycle_rule"] = found["rule"]
            _moved(kept, f"/{key}/rule", "/lifecycle_rule")
    for key, (block, name) in {
        "versioning_enabled": ("versioning", "enabled"),
        "default_kms_key_name": ("encryption", "default_kms_key_name"),
    }.items():
        if key in tree:
            tree[block] = {name: tree.pop(key)}
            _moved(kept, f"/{key}", f"/{block}/{name}")
    access = tree.pop("iam_configuration", None)
    if isinstance(access, dict):
        uniform = access.get("uniform_bucket_level_access")
        if isinstance(uniform, dict):
            tree["uniform_bucket_level_access"] = uniform.get("enabled")
        tree["public_access_prevention"] = access.get("public_access_prevention")
        _moved(kept, "/iam_configuration", "")
    named = data.get("name")
    yield _Made("google_storage_bucket", named if isinstance(named, str) else store, tree, kept, lines.get("", 1))


def _azure_policy(data: Tree, store: str, lines: Mapping[str, int]) -> Iterator[_Made]:
    """Actions are named by two members here (`delete: {daysAfterModificationGreaterThan: 30}`), by one in Terraform."""
    kept: dict[str, int] = {}
    holder = "policy" if "policy" in data else "properties"
    rules = _policy_rules(data)
    tree: list[Tree] = []
    for index, rule in enumerate(rules[:_MOST]):
        at = f"/{holder}/rules/{index}" if holder == "policy" else f"/{holder}/policy/rules/{index}"
        definition = rule.get("definition") if isinstance(rule, dict) else None
        if not isinstance(definition, dict):
            continue
        new = f"/rule/{len(tree)}"
        kept[new] = lines.get(at, 1)
        actions: Tree = {}
        told = definition.get("actions")
        for kind, done in told.items() if isinstance(told, dict) else ():
            named: Tree = {}
            block = _HUMP.sub("_", kind).lower()
            for action, when in done.items() if isinstance(done, dict) else ():
                for age, number in when.items() if isinstance(when, dict) else ():
                    since = _HUMP.sub("_", age).lower().removeprefix("days_after_")
                    name = f"{_HUMP.sub('_', action).lower()}_after_days_since_{since}"
                    named[name] = number
                    place = f"{at}/definition/actions/{part_of(kind)}/{part_of(action)}/{part_of(age)}"
                    kept[f"{new}/actions/{part_of(block)}/{part_of(name)}"] = lines.get(place, kept[new])
            actions[block] = named
        filters = definition.get("filters")
        limited = filters.get("prefixMatch") if isinstance(filters, dict) else None
        tree.append({"enabled": rule.get("enabled", True), "actions": actions, "filters": {"prefix_match": limited}})
    account = _ACCOUNT.search(data["id"]) if isinstance(data.get("id"), str) else None
    yield _Made(
        "azurerm_storage_management_policy", account[1] if account else store, {"rule": tree}, kept, lines.get("", 1)
    )


def _policy_rules(data: Tree) -> list[Any]:
    holder = data.get("policy")
    if not isinstance(holder, dict):
        properties = data.get("properties")
        holder = properties.get("policy") if isinstance(properties, dict) else None
    rules = holder.get("rules") if isinstance(holder, dict) else None
    return rules if isinstance(rules, list) else []


def _is_azure_policy(data: Tree) -> bool:
    return any(
        isinstance(rule, dict) and isinstance(rule.get("definition"), dict) and "actions" in rule["definition"]
        for rule in _policy_rules(data)
    )


def _azure_lock(data: Tree, store: str, lines: Mapping[str, int]) -> Iterator[_Made]:
    held = data["immutabilityPeriodSinceCreationInDays"]
    state = data.get("state")
    content = {"immutability_period_in_days": held, "locked": state == "Locked" if isinstance(state, str) else None}
    kept = {
        "/locked": lines.get("/state", 1),
        "/immutability_period_in_days": lines.get("/immutabilityPeriodSinceCreationInDays", 1),
    }
    yield _Made("azurerm_storage_container_immutability_policy", store, content, kept, lines.get("", 1))


def _moved(lines: dict[str, int], old: str, new: str) -> None:
    for pointer in [pointer for pointer in lines if pointer == old or pointer.startswith(f"{old}/")]:
        lines[new + pointer.removeprefix(old)] = lines[pointer]


_OF_RULE: Final = frozenset(
    {"AbortIncompleteMultipartUpload", "Expiration", "NoncurrentVersionExpiration", "Transitions"}
)
_FORMS: Final = (
    _Form(
        "Amazon S3",
        lambda data: any(
            isinstance(rule, dict) and "Status" in rule and not _OF_RULE.isdisjoint(rule)
            for rule in _list(data, "Rules")
        ),
        _one("aws_s3_bucket_lifecycle_configuration"),
    ),
    _Form(
        "Amazon S3",
        lambda data: isinstance(data.get("ObjectLockConfiguration"), dict),
        _one("aws_s3_bucket_object_lock_configuration", ("ObjectLockConfiguration",)),
    ),
    _Form(
        "Amazon S3",
        lambda data: isinstance(data.get("ServerSideEncryptionConfiguration"), dict),
        _one("aws_s3_bucket_server_side_encryption_configuration", ("ServerSideEncryptionConfiguration",)),
    ),
    _Form(
        "Amazon S3",
        lambda data: isinstance(data.get("PublicAccessBlockConfiguration"), dict),
        _one("aws_s3_bucket_public_access_block", ("PublicAccessBlockConfiguration",)),
    ),
    _Form(
        "Amazon S3",
        lambda data: data.get("Status") in ("Enabled", "Suspended") and data.keys() <= {"Status", "MFADelete"},
        _one("aws_s3_bucket_versioning", (), ("versioning_configuration",)),
    ),
    _Form(
        "Amazon CloudWatch",
        lambda data: any(isinstance(one, dict) and "logGroupName" in one for one in _list(data, "logGroups")),
        _log_groups,
    ),
    _Form(
        "Google Cloud Storage",
        lambda data: (
            data.get("kind") == "storage#bucket"
            or (isinstance(data.get("storage_url"), str) and data["storage_url"].startswith("gs://"))
        ),
        _google_bucket,
    ),
    _Form("Azure Storage", _is_azure_policy, _azure_policy),
    _Form(
        "Azure Storage", lambda data: "immutabilityPeriodSinceCreationInDays" in data and "state" in data, _azure_lock
    ),
)


def _list(data: Tree, key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, list) else []


def _form_of(document: Document) -> _Form | None:
    data = document.data
    return next((form for form in _FORMS if isinstance(data, dict) and form.tells(data)), None)


def _recognises(file: ConfigFile) -> bool:
    return len(file.documents) == 1 and _form_of(file.documents[0]) is not None


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> Iterable[Found]:
    if len(file.data) > MAX_JSON:
        message = f"has {len(file.data):,} bytes; exports of stores are read up to {MAX_JSON:,}"
        raise UnreadableError(message, where=file.path)
    document = file.documents[0]
    form = _form_of(document)
    if form is None:
        return
    values = Values(Folders())
    settings, stores = Settings(values, form.product), Stores(values, form.product)
    name = file.path.rpartition("/")[2].partition(".")[0]
    for made in form.gives(document.data, f"{name} (by the file's name; the export names no store)", document.lines):
        body = body_of_values(made.content, "", made.lines, literal=True)
        take_resource(
            Node(made.type, excerpt(made.store, 200), body, Env(Folder("")), values, made.line), settings, stores
        )
    for at, reason in _left_out(document):
        settings.security.rows.drop(at, reason)
        stores.rows.drop(at, reason)
    yield from settings.security.found()
    yield from stores.rows.found()


def _left_out(document: Document) -> Iterator[tuple[Cursor, str]]:
    """Entries of lists that cannot be judged, and those beyond the most that are read."""
    top = Cursor.top(document)
    for index, group in enumerate(top.down("logGroups").elements()):
        if index == _MOST:
            yield group, f"no more than {_MOST:,} log groups are read, and this is one more"
            return
        if group.down("logGroupName").text is None:
            yield group, "a log group cannot be judged: it has no name"
    for listed, needed in ((top.down("Rules"), ""), *((one, "definition") for one in _azure_rules(top))):
        odd = [one for one in listed.elements() if not isinstance((one.down(needed) if needed else one).value, dict)]
        odd += list(listed.elements())[_MOST:]
        for one in odd[:_MOST_TOLD]:
            yield one, "a rule cannot be judged: it is not as its product writes one"
        if len(odd) > _MOST_TOLD:
            yield odd[_MOST_TOLD], f"and {len(odd) - _MOST_TOLD:,} more rules cannot be judged"


def _azure_rules(top: Cursor) -> list[Cursor]:
    """Where the rules of a storage account's policy stand."""
    found = (top.down("policy", "rules"), top.down("properties", "policy", "rules"))
    return [one for one in found if isinstance(one.value, list)] if _is_azure_policy(top.value) else []


READERS: Final = (
    Reader(
        name="store-exports",
        title="an export of a store's settings",
        artefacts=("retention_config", "security_config"),
        suits=lambda path: path.lower().endswith((".json", ".yaml", ".yml")),
        recognises=_recognises,
        read=_read,
    ),
)
