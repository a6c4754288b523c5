"""Terraform as periods and locks of stores: what is kept, until when, and who can shorten it."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import problems
from support.terraform import gather, rows, stores


def only(tmp_path: Path, type_: str, content: str) -> list[dict[str, Any]]:
    return stores(gather(tmp_path, f'resource "{type_}" "x" {{\n{content}\n}}\n'))


S3 = "aws_s3_bucket_lifecycle_configuration"
DELETED_AFTER_90 = {"period_days": 90.0, "then": "delete"}
OWN_END = "rows that name their own end"


def test_a_lifecycle_says_what_is_deleted_and_what_is_moved(tmp_path: Path):
    content = """\
bucket = aws_s3_bucket.answers.id
rule {
  id     = "all"
  status = "Enabled"
  filter { prefix = "answers/" }
  transition {
    days          = 30
    storage_class = "GLACIER"
  }
  expiration { days = 365 }
  noncurrent_version_expiration { noncurrent_days = 7 }
}
rule {
  id     = "old"
  status = "Disabled"
  expiration { days = 1 }
}
rule {
  id     = "uploads"
  status = "Enabled"
  abort_incomplete_multipart_upload { days_after_initiation = 3 }
}"""
    shared = {"store": "aws_s3_bucket.answers", "scope": "answers/"}
    older = {"store": "aws_s3_bucket.answers", "scope": "older versions of answers/", "period_days": 7.0}
    assert only(tmp_path, S3, content) == [
        {**shared, "period_days": 365.0, "then": "delete", "enabled": True},
        {**shared, "period_days": 30.0, "then": "archive", "enabled": True},
        {**older, "then": "delete", "enabled": True},
    ]


@pytest.mark.parametrize(
    ("type_", "content", "expected"),
    [
        (
            "aws_s3_bucket_object_lock_configuration",
            'bucket = "b"\nrule {\ndefault_retention {\nmode = "COMPLIANCE"\nyears = 2\n}\n}',
            {"store": "b", "lock": "compliance", "lock_days": 730.0},
        ),
        (
            "aws_s3_bucket_object_lock_configuration",
            'bucket = "b"\nrule {\ndefault_retention {\nmode = "GOVERNANCE"\ndays = 30\n}\n}',
            {"store": "b", "lock": "governance", "lock_days": 30.0},
        ),
        (
            "aws_s3_bucket_versioning",
            'bucket = "b"\nversioning_configuration {\nstatus = "Suspended"\n}',
            {"store": "b", "versioned": False},
        ),
        (
            "aws_s3_bucket",
            "lifecycle_rule {\nenabled = true\nexpiration {\ndays = 9\n}\n}",
            {"store": "aws_s3_bucket.x", "period_days": 9.0, "then": "delete", "enabled": True},
        ),
        ("aws_cloudwatch_log_group", 'name = "/a"', {"store": "/a", "then": "keep", "enabled": True}),
        (
            "aws_cloudwatch_log_group",
            "retention_in_days = 0",
            {"store": "aws_cloudwatch_log_group.x", "then": "keep", "enabled": True},
        ),
        (
            "aws_backup_vault_lock_configuration",
            'backup_vault_name = "v"\nmin_retention_days = 7',
            {"store": "v", "lock": "governance", "lock_days": 7.0},
        ),
        (
            "aws_backup_vault_lock_configuration",
            'backup_vault_name = "v"\nchangeable_for_days = 3\nmin_retention_days = 7',
            {"store": "v", "lock": "compliance", "lock_days": 7.0},
        ),
        (
            "azurerm_storage_container_immutability_policy",
            "storage_container_resource_manager_id = azurerm_storage_container.c.id\nimmutability_period_in_days = 14",
            {"store": "azurerm_storage_container.c", "lock": "unlocked", "lock_days": 14.0},
        ),
        (
            "azurerm_storage_management_policy",
            (
                "storage_account_id = azurerm_storage_account.a.id\nrule {\nenabled = true\n"
                'filters {\nprefix_match = ["logs/"]\n}\n'
                "actions {\nbase_blob {\ndelete_after_days_since_modification_greater_than = 90\n}\n}\n}"
            ),
            {
                "store": "azurerm_storage_account.a",
                "scope": "logs/",
                "period_days": 90.0,
                "then": "delete",
                "enabled": True,
            },
        ),
        (
            "google_storage_bucket",
            "retention_policy {\nretention_period = 2592000\nis_locked = true\n}",
            {"store": "google_storage_bucket.x", "lock": "locked", "lock_days": 30.0},
        ),
        (
            "google_storage_bucket",
            "retention_policy {\nretention_period = 86400\n}",
            {"store": "google_storage_bucket.x", "lock": "unlocked", "lock_days": 1.0},
        ),
        (
            "google_storage_bucket",
            'lifecycle_rule {\naction {\ntype = "Delete"\n}\ncondition {\nage = 400\n}\n}',
            {"store": "google_storage_bucket.x", "period_days": 400.0, "then": "delete", "enabled": True},
        ),
        (
            "google_logging_project_bucket_config",
            'bucket_id = "_Default"\nretention_days = 400\nlocked = true',
            {"store": "_Default", "period_days": 400.0, "then": "delete", "lock": "locked"},
        ),
        (
            "aws_dynamodb_table",
            'ttl {\nattribute_name = "e"\nenabled = false\n}',
            {
                "store": "aws_dynamodb_table.x",
                "scope": "rows that name their own end",
                "then": "delete",
                "enabled": False,
            },
        ),
        (
            "aws_sqs_queue",
            "message_retention_seconds = 345600",
            {"store": "aws_sqs_queue.x", "period_days": 4.0, "then": "delete"},
        ),
    ],
)
def test_periods_and_locks(tmp_path: Path, type_: str, content: str, expected: dict[str, Any]):
    assert only(tmp_path, type_, content) == [expected]


@pytest.mark.parametrize("number", ["-5", "true", '"thirty"', "1e300", "[30]", "null"])
def test_a_period_of_another_kind_is_no_period(tmp_path: Path, number: str):
    content = f'bucket = "b"\nrule {{\nstatus = "Enabled"\nexpiration {{\ndays = {number}\n}}\n}}'
    assert only(tmp_path, S3, content) == []


def test_two_rules_that_disagree_are_both_told(tmp_path: Path):
    rule = 'resource "aws_cloudwatch_log_group" "{}" {{\n  name = "/app"\n  retention_in_days = {}\n}}\n'
    gathered = gather(tmp_path, {"a.tf": rule.format("a", 30), "b.tf": rule.format("b", 365)})
    assert {(row["store"], row["period_days"]) for row in stores(gathered)} == {("/app", 30.0), ("/app", 365.0)}


def test_settings_alone_are_not_taken_for_stores(tmp_path: Path):
    text = 'resource "aws_ebs_volume" "v" {\n  encrypted = true\n}\n'
    gathered = gather(tmp_path, text, provides=("retention_config",))
    assert rows(gathered) == []
    assert stores(gathered) == []
    reasons = [one.reason for one in problems(gathered, "not-counted")]
    assert any("which this source is not declared to provide" in reason for reason in reasons)
