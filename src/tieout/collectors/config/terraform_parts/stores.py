"""How long stores keep, and who can shorten it, as Terraform's resources of AWS, Azure and Google say it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tieout.collectors.config.rows import Fact, Rows
from tieout.collectors.config.terraform_parts.checks import place
from tieout.collectors.config.terraform_parts.lifecycle_scope import of_no_period, scope_of
from tieout.collectors.config.terraform_parts.resources import Node, target
from tieout.collectors.config.terraform_parts.values import Unknown, Values, as_number, as_truth, is_number
from tieout.kernel.reading.text import excerpt

_DAYS_OF_YEAR: Final = 365
_SECONDS_OF_DAY: Final = 86_400
_LONGEST_DAYS: Final = 1_000_000


class Stores:
    """Rows of stores of one file.

    Args:
        values: That work out its expressions; what they rest on in other files is told with each row.
        product: Language or product.
    """

    def __init__(self, values: Values, product: str) -> None:
        self._values = values
        self.rows = Rows("retention_config", "stores", product)

    def add(self, node: Node, name: str, line: int, attribute: str = "", **fields: Any) -> None:
        """Add a row of what is told; what is not is left out, and noted with what sets it.

        Args:
            node: The resource or the block.
            name: The store.
            line: Of what is written.
            attribute: Of the resource, or the first of the blocks around it; what Terraform leaves alone tells nothing.
            fields: Of RetentionSetting; an `Unknown` stands for what is not told.
        """
        at = place(line)
        if node.ignored & {"*", attribute}:
            self.rows.note(at, f"'{name}' may be changed later without this file (ignore_changes)")
            return
        if fields.get("enabled") is False and "period_days" in fields:
            self.rows.note(at, f"a rule of '{name}' is switched off, so it does not count")
            return
        if node.doubt is not None:
            self.rows.note(at, f"'{name}' is made only where {node.doubt} says so; its value is not in this file")
            fields["enabled"] = None
        if fields.get("lock") not in (None, "none") and fields.get("lock_days") == 0:
            # Every maker asks for one day at least: what is locked for none can be deleted at once.
            self.rows.note(at, f"the lock of '{name}' holds for 0 days, so it locks nothing")
            fields["lock"] = "none"
        path, other = next(iter(sorted(self._values.trail.items())), ("", 0))
        facts = {"store": Fact(name)}
        for key, value in fields.items():
            if isinstance(value, Unknown):
                self.rows.note(at, f"'{key.replace('_', ' ')}' of '{name}' is {value.words}")
            else:
                facts[key] = Fact(value, place(other) if path else at, path)
        self.rows.add(at, facts)

    def days(self, node: Node, key: str, *, unit: float = 1.0) -> Any:
        """Days that an attribute tells; one that is there and is no number that a store takes is noted."""
        value = node.value(key)
        found = days(value, unit=unit)
        if value is not None and found is None:
            told = f"'{key}' of '{node.address}' is not a number of zero or more that a store takes"
            self.rows.note(place(node.line_of(key)), f"{told}, so it does not count")
        return found


def apply_stores(resource: Node, stores: Stores) -> None:
    """Rows of how long a resource keeps."""
    reader = _READERS.get(resource.type)
    resource.values.trail.clear()
    if reader is not None:
        reader(resource, stores)


def days(value: Any, *, unit: float = 1.0) -> Any:
    """Days of a number of them, or of another unit; None of what is no number that a store takes."""
    number = as_number(value)
    if isinstance(value, Unknown):
        return value
    told = is_number(number) and 0 <= number * unit <= _LONGEST_DAYS
    return round(float(number * unit), 4) if told else None


def days_or_years(node: Node, stores: Stores) -> Any:
    """Days of a rule that may count in years."""
    found = stores.days(node, "days")
    return found if found is not None else stores.days(node, "years", unit=_DAYS_OF_YEAR)


def _named(node: Node, name: str) -> str:
    """The store that a resource is for: the resource that it names, or the name; else its own address."""
    attribute = node.body.attributes.get(name)
    value = node.value(name)
    if isinstance(value, str) and value:
        return excerpt(value)
    return target(attribute.value if attribute is not None else None) or node.address


def lifecycle(resource: Node, stores: Stores) -> None:
    """S3: a bucket's lifecycle rules, of a resource of its own (`rule`) or within the bucket (`lifecycle_rule`)."""
    within = resource.type == "aws_s3_bucket"
    name = resource.address if within else _named(resource, "bucket")
    for rule in resource.blocks("lifecycle_rule" if within else "rule"):
        enabled = (
            as_truth(rule.value("enabled"))
            if within
            else _word(rule.value("status"), {"enabled": True, "disabled": False})
        )
        shared = {"enabled": enabled, "scope": scope_of(rule)}
        if (why := of_no_period(rule)) is not None:
            stores.rows.note(place(rule.line), f"a rule of '{name}' {why}")
        for expiration in rule.blocks("expiration"):
            period = days(expiration.value("days"))
            if period not in {None, 0.0} or isinstance(period, Unknown):
                line = expiration.line_of("days")
                stores.add(rule, name, line, resource_part(within), period_days=period, then="delete", **shared)
        moved = [(found, days(found.value("days"))) for found in rule.blocks("transition") if not found.has("date")]
        for found, period in moved[:1]:
            line = found.line_of("days")
            stores.add(rule, name, line, resource_part(within), period_days=period, then="archive", **shared)
        for older in rule.blocks("noncurrent_version_expiration"):
            key = "days" if older.has("days") else "noncurrent_days"
            scope = f"older versions of {shared['scope']}" if shared["scope"] else "older versions"
            more = {"period_days": days(older.value(key)), "then": "delete", "enabled": enabled, "scope": scope}
            stores.add(rule, name, older.line_of(key), resource_part(within), **more)


def resource_part(within: bool) -> str:
    """The block of the bucket or of its lifecycle that holds a rule."""
    return "lifecycle_rule" if within else "rule"


def object_lock(resource: Node, stores: Stores) -> None:
    """S3: what is written is locked, in governance or compliance mode."""
    within = resource.type == "aws_s3_bucket"
    name = resource.address if within else _named(resource, "bucket")
    where = "object_lock_configuration.rule.default_retention" if within else "rule.default_retention"
    for retention in resource.below(where):
        lock = _word(retention.value("mode"), {"governance": "governance", "compliance": "compliance"})
        key = "days" if retention.has("days") else "years"
        first = where.partition(".")[0]
        held = days_or_years(retention, stores)
        stores.add(retention, name, retention.line_of(key), first, lock=lock, lock_days=held)


def versioning(resource: Node, stores: Stores) -> None:
    """S3: whether older versions are kept."""
    if resource.type == "aws_s3_bucket":
        for block in resource.blocks("versioning"):
            told = as_truth(block.value("enabled"))
            stores.add(block, resource.address, block.line_of("enabled"), "versioning", versioned=told)
        return
    for block in resource.blocks("versioning_configuration"):
        told = _word(block.value("status"), {"enabled": True, "suspended": False, "disabled": False})
        line = block.line_of("status")
        stores.add(block, _named(resource, "bucket"), line, "versioning_configuration", versioned=told)


def _bucket(resource: Node, stores: Stores) -> None:
    lifecycle(resource, stores)
    object_lock(resource, stores)
    versioning(resource, stores)


def log_group(resource: Node, stores: Stores) -> None:
    """CloudWatch: "If you select 0, the events in the log group are always retained", and so without a number."""
    period = stores.days(resource, "retention_in_days")
    line = resource.line_of("retention_in_days")
    if period is None and resource.value("retention_in_days") is not None:
        return
    unset = period in {None, 0.0} if not isinstance(period, Unknown) else False
    value = resource.value("name")
    name = excerpt(value) if isinstance(value, str) and value else resource.address
    if unset:
        stores.add(resource, name, line, "retention_in_days", then="keep", enabled=True)
    else:
        stores.add(resource, name, line, "retention_in_days", period_days=period, then="delete", enabled=True)


def _backup_vault_lock(resource: Node, stores: Stores) -> None:
    """AWS Backup: with days of grace the lock becomes compliance mode, without them it is governance mode."""
    grace = resource.value("changeable_for_days")
    lock = grace if isinstance(grace, Unknown) else "governance" if grace is None else "compliance"
    held = stores.days(resource, "min_retention_days")
    stores.add(resource, _named(resource, "backup_vault_name"), resource.line, lock=lock, lock_days=held)


def _backup_plan(resource: Node, stores: Stores) -> None:
    for rule in resource.blocks("rule"):
        for kept in rule.blocks("lifecycle"):
            period = stores.days(kept, "delete_after")
            line = kept.line_of("delete_after")
            if period is not None:
                stores.add(kept, _named(rule, "target_vault_name"), line, "rule", period_days=period, then="delete")


def _database(resource: Node, stores: Stores) -> None:
    """How long automatic backups of a database are kept; those of Azure's servers too."""
    key = next((key for key in ("backup_retention_period", "backup_retention_days") if resource.has(key)), "")
    period = stores.days(resource, key) if key else None
    if period is not None:
        line = resource.line_of(key)
        then = None if period == 0 else "delete"
        stores.add(resource, resource.address, line, key, scope="backups", period_days=period, then=then)


def _table(resource: Node, stores: Stores) -> None:
    """DynamoDB: rows that name their own end are deleted then; how long that is the rows say."""
    for block in resource.blocks("ttl"):
        enabled = as_truth(block.value("enabled")) if block.has("enabled") else None
        scope = "rows that name their own end"
        stores.add(block, resource.address, block.line, "ttl", scope=scope, then="delete", enabled=enabled)


def _queue(resource: Node, stores: Stores) -> None:
    period = stores.days(resource, "message_retention_seconds", unit=1 / _SECONDS_OF_DAY)
    if period is not None:
        line = resource.line_of("message_retention_seconds")
        stores.add(resource, resource.address, line, "message_retention_seconds", period_days=period, then="delete")


def _stream(resource: Node, stores: Stores) -> None:
    period = stores.days(resource, "retention_period", unit=1 / 24)
    if period is not None:
        line = resource.line_of("retention_period")
        stores.add(resource, resource.address, line, "retention_period", period_days=period, then="delete")


def _azure_policy(resource: Node, stores: Stores) -> None:
    """Azure Storage: rules that delete or move blobs so many days after a change."""
    name = _named(resource, "storage_account_id")
    for rule in resource.blocks("rule"):
        enabled = as_truth(rule.value("enabled"))
        for kind, said in (("base_blob", None), ("snapshot", "snapshots"), ("version", "older versions")):
            for action in rule.below(f"actions.{kind}"):
                scope = said or scope_of(rule)
                for attribute in action.body.attributes.values():
                    then = "delete" if attribute.name.startswith("delete_after") else "archive"
                    period = days(action.value(attribute.name))
                    if "_after_days_since_" not in attribute.name or period in {None, -1.0}:
                        continue
                    stores.add(
                        action,
                        name,
                        attribute.line,
                        "rule",
                        period_days=period,
                        then=then,
                        enabled=enabled,
                        scope=scope,
                    )


def _azure_container_lock(resource: Node, stores: Stores) -> None:
    """Azure Storage: a container's immutability policy; only a locked one binds everybody ("Defaults to false")."""
    locked = as_truth(resource.value("locked")) if resource.has("locked") else False
    lock = locked if isinstance(locked, Unknown) else "locked" if locked is True else "unlocked"
    held = stores.days(resource, "immutability_period_in_days")
    name = _named(resource, "storage_container_resource_manager_id")
    stores.add(resource, name, resource.line_of("locked"), lock=lock, lock_days=held)


def _azure_account(resource: Node, stores: Stores) -> None:
    for policy in resource.blocks("immutability_policy"):
        state = _word(policy.value("state"), {"locked": "locked", "unlocked": "unlocked", "disabled": "none"})
        held = stores.days(policy, "period_since_creation_in_days")
        stores.add(policy, resource.address, policy.line, "immutability_policy", lock=state, lock_days=held)
    for properties in resource.blocks("blob_properties"):
        told = as_truth(properties.value("versioning_enabled"))
        if told is not None:
            line = properties.line_of("versioning_enabled")
            stores.add(properties, resource.address, line, "blob_properties", versioned=told)
        for kept in properties.blocks("delete_retention_policy"):
            period = stores.days(kept, "days")
            scope = "what was deleted"
            stores.add(
                kept, resource.address, kept.line, "blob_properties", scope=scope, period_days=period, then="delete"
            )


def _azure_workspace(resource: Node, stores: Stores) -> None:
    period = stores.days(resource, "retention_in_days")
    if period is not None:
        line = resource.line_of("retention_in_days")
        if period == 0:
            stores.rows.note(place(line), f"0 days are none that Azure takes for '{resource.address}'")
            return
        stores.add(
            resource, resource.address, line, "retention_in_days", period_days=period, then="delete", enabled=True
        )


def google_bucket(resource: Node, stores: Stores) -> None:
    """Google: a bucket's retention policy, its lifecycle rules, and whether older versions are kept."""
    for policy in resource.blocks("retention_policy"):
        # "Defaults to false": a policy that is not locked can be shortened or taken away.
        locked = as_truth(policy.value("is_locked")) if policy.has("is_locked") else False
        lock = locked if isinstance(locked, Unknown) else "locked" if locked is True else "unlocked"
        held = stores.days(policy, "retention_period", unit=1 / _SECONDS_OF_DAY)
        line = policy.line_of("retention_period")
        stores.add(policy, resource.address, line, "retention_policy", lock=lock, lock_days=held)
    for rule in resource.blocks("lifecycle_rule"):
        action = rule.first("action.type")
        then = _word(action, {"delete": "delete", "setstorageclass": "archive"})
        older = any(rule.first(f"condition.{one}") for one in ("num_newer_versions", "days_since_noncurrent_time"))
        scope = "older versions" if older or rule.first("condition.with_state") == "ARCHIVED" else scope_of(rule)
        period = days(rule.first("condition.age"))
        if then is not None:
            fields = {"period_days": period, "then": then, "enabled": True, "scope": scope}
            stores.add(rule, resource.address, rule.line, "lifecycle_rule", **fields)
    for block in resource.blocks("versioning"):
        told = as_truth(block.value("enabled"))
        stores.add(block, resource.address, block.line_of("enabled"), "versioning", versioned=told)


def _google_logs(resource: Node, stores: Stores) -> None:
    period = stores.days(resource, "retention_days")
    if period == 0:  # "If set to zero at bucket creation time, the default time of 30 days will be used"
        at = place(resource.line_of("retention_days"))
        stores.rows.note(at, f"0 days of '{resource.address}' stand for the product's default when it is made")
        period = None
    locked = as_truth(resource.value("locked")) if resource.has("locked") else None
    lock = locked if isinstance(locked, Unknown) or locked is None else "locked" if locked is True else "unlocked"
    name = _named(resource, "bucket_id")
    if period is not None or lock is not None:
        line, then = resource.line_of("retention_days"), "delete" if period is not None else None
        stores.add(resource, name, line, "retention_days", period_days=period, then=then, lock=lock)


def _google_dataset(resource: Node, stores: Stores) -> None:
    for key in ("default_table_expiration_ms", "default_partition_expiration_ms"):
        period = stores.days(resource, key, unit=1 / (_SECONDS_OF_DAY * 1000))
        if period is not None:
            stores.add(
                resource, resource.address, resource.line_of(key), key, period_days=period, then="delete", enabled=True
            )


def _word(value: Any, table: Mapping[str, Any]) -> Any:
    """What a word means, whatever its capitals; None of any other."""
    if isinstance(value, Unknown):
        return value
    return table.get(value.casefold()) if isinstance(value, str) else None


_READERS: Final[Mapping[str, Callable[[Node, Stores], None]]] = {
    "aws_backup_plan": _backup_plan,
    "aws_backup_vault_lock_configuration": _backup_vault_lock,
    "aws_cloudwatch_log_group": log_group,
    "aws_db_instance": _database,
    "aws_docdb_cluster": _database,
    "aws_dynamodb_table": _table,
    "aws_kinesis_stream": _stream,
    "aws_rds_cluster": _database,
    "aws_s3_bucket": _bucket,
    "aws_s3_bucket_lifecycle_configuration": lifecycle,
    "aws_s3_bucket_object_lock_configuration": object_lock,
    "aws_s3_bucket_versioning": versioning,
    "aws_sqs_queue": _queue,
    "azurerm_application_insights": _azure_workspace,
    "azurerm_log_analytics_workspace": _azure_workspace,
    "azurerm_mysql_flexible_server": _database,
    "azurerm_postgresql_flexible_server": _database,
    "azurerm_storage_account": _azure_account,
    "azurerm_storage_container_immutability_policy": _azure_container_lock,
    "azurerm_storage_management_policy": _azure_policy,
    "google_bigquery_dataset": _google_dataset,
    "google_logging_project_bucket_config": _google_logs,
    "google_storage_bucket": google_bucket,
}
