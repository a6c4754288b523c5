"""Exports of stores as the clouds' own programs print them: the same rows as of Terraform, and odd ones of no harm."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, problems, source, write
from support.terraform import BOTH, rows, stores
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect

UNNAMED = "answers (by the file's name; the export names no store)"


def gather(root: Path, data: Any, name: str = "answers.json") -> Gathered:
    write(root, {f"exports/{name}": json.dumps(data, indent=1)})
    return in_folder(collect, root, source("config", "exports", provides=BOTH))


LIFECYCLE = {
    "Rules": [
        {
            "ID": "all",
            "Status": "Enabled",
            "Filter": {"Prefix": "answers/"},
            "Expiration": {"Days": 365},
            "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
            "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
        },
        {"ID": "off", "Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}},
    ]
}
LOCK = {
    "ObjectLockConfiguration": {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 90}},
    }
}
VERSIONING = {"Status": "Enabled", "MFADelete": "Disabled"}
ENCRYPTION = {
    "ServerSideEncryptionConfiguration": {
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]
    }
}
ACCESS = {
    "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
}
GROUPS = {
    "logGroups": [
        {"logGroupName": "/app", "retentionInDays": 30, "kmsKeyId": "arn:aws:kms:eu-west-1:1:key/x"},
        {"logGroupName": "/old", "storedBytes": 7},
    ]
}
GOOGLE = {
    "name": "acme-answers",
    "storage_url": "gs://acme-answers/",
    "versioning_enabled": True,
    "uniform_bucket_level_access": True,
    "public_access_prevention": "enforced",
    "default_kms_key": "projects/p/locations/l/keyRings/r/cryptoKeys/k",
    "retention_policy": {"effectiveTime": "2026-01-01T00:00:00+00:00", "isLocked": True, "retentionPeriod": "2592000"},
    "lifecycle_config": {"rule": [{"action": {"type": "Delete"}, "condition": {"age": 400}}]},
}
AZURE = {
    "id": "/subscriptions/0/providers/Microsoft.Storage/storageAccounts/acmeanswers/managementPolicies/default",
    "policy": {
        "rules": [
            {
                "name": "old",
                "enabled": True,
                "type": "Lifecycle",
                "definition": {
                    "actions": {
                        "baseBlob": {
                            "delete": {"daysAfterModificationGreaterThan": 90.0},
                            "tierToArchive": {"daysAfterModificationGreaterThan": 30.0},
                        },
                        "snapshot": {"delete": {"daysAfterCreationGreaterThan": 7.0}},
                    },
                    "filters": {"blobTypes": ["blockBlob"], "prefixMatch": ["logs/"]},
                },
            }
        ]
    },
}
IMMUTABLE = {"immutabilityPeriodSinceCreationInDays": 30, "state": "Locked", "etag": "x"}
EXPORTS = [LIFECYCLE, LOCK, VERSIONING, ENCRYPTION, ACCESS, GROUPS, GOOGLE, AZURE, IMMUTABLE]


def test_a_lifecycle_is_read_as_terraform_writes_it(tmp_path: Path):
    gathered = gather(tmp_path, LIFECYCLE)
    shared = {"store": UNNAMED, "scope": "answers/", "enabled": True}
    assert stores(gathered) == [
        {**shared, "period_days": 365.0, "then": "delete"},
        {**shared, "period_days": 30.0, "then": "archive"},
        {**shared, "scope": "older versions of answers/", "period_days": 7.0, "then": "delete"},
    ]
    (item,) = gathered.result.items
    text = json.dumps(LIFECYCLE, indent=1).split("\n")
    assert '"Days": 365' in text[item.lines["/stores/0"] - 1]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (LOCK, [{"store": UNNAMED, "lock": "compliance", "lock_days": 90.0}]),
        (VERSIONING, [{"store": UNNAMED, "versioned": True}]),
        (
            GROUPS,
            [
                {"store": "/app", "period_days": 30.0, "then": "delete", "enabled": True},
                {"store": "/old", "then": "keep", "enabled": True},
            ],
        ),
        (
            GOOGLE,
            [
                {"store": "acme-answers", "lock": "locked", "lock_days": 30.0},
                {"store": "acme-answers", "period_days": 400.0, "then": "delete", "enabled": True},
                {"store": "acme-answers", "versioned": True},
            ],
        ),
        (
            AZURE,
            [
                {"store": "acmeanswers", "scope": "logs/", "period_days": 90.0, "then": "delete", "enabled": True},
                {"store": "acmeanswers", "scope": "logs/", "period_days": 30.0, "then": "archive", "enabled": True},
                {"store": "acmeanswers", "scope": "snapshots", "period_days": 7.0, "then": "delete", "enabled": True},
            ],
        ),
        (IMMUTABLE, [{"store": UNNAMED, "lock": "locked", "lock_days": 30.0}]),
    ],
)
def test_exports_give_stores(tmp_path: Path, data: Any, expected: list[dict[str, Any]]):
    assert stores(gather(tmp_path, data)) == expected


@pytest.mark.parametrize(
    ("data", "setting", "holds"),
    [
        (ENCRYPTION, "data at rest is encrypted", True),
        (ACCESS, "not open to everybody", True),
        (
            {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "IgnorePublicAcls": False}},
            "not open to everybody",
            False,
        ),
        (GROUPS, "encrypted with a key that the account manages", True),
        (GOOGLE, "not open to everybody", True),
        (GOOGLE, "encrypted with a key that the account manages", True),
        (
            {**GOOGLE, "uniform_bucket_level_access": False},
            "access is given for the whole, not object by object",
            False,
        ),
    ],
)
def test_exports_give_settings(tmp_path: Path, data: Any, setting: str, holds: bool):
    found = [row.get("holds") for row in rows(gather(tmp_path, data)) if row["setting"] == setting]
    assert found == [holds]


@pytest.mark.parametrize(
    "data",
    [
        {"Rules": [{"Name": "a firewall's rule"}]},
        {"Status": "Enabled", "Name": "x"},
        {"Status": "Active"},
        {"policy": {"rules": [{"name": "x"}]}},
        {"logGroups": []},
        {"name": "x", "retention_policy": {}},
        [LIFECYCLE],
    ],
)
def test_other_json_is_passed_over(tmp_path: Path, data: Any):
    gathered = gather(tmp_path, data)
    assert (rows(gathered), stores(gathered)) == ([], [])
    assert any("of no format that is recognised" in one.reason for one in problems(gathered))


ODD: list[Any] = [None, True, 7, -1, 1e300, "", "x", "x" * 5_000, [], [[]], {}, {"a": []}, [None], [{}]]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within a document."""
    if at:
        yield at
    for key, member in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(member, (*at, key))


@pytest.mark.parametrize("number", range(len(EXPORTS)))
def test_odd_values_give_a_clear_result_everywhere(tmp_path: Path, number: int):
    """No traceback, and no period that no store takes; each odd value stands in an export of its own."""
    for turn, place in enumerate(places(EXPORTS[number])):
        for index, odd in enumerate(ODD):
            data = copy.deepcopy(EXPORTS[number])
            at: Any = data
            for key in place[:-1]:
                at = at[key]
            at[place[-1]] = odd
            write(tmp_path, {f"exports/{turn}-{index}.json": json.dumps(data)})
    gathered = gather(tmp_path, EXPORTS[number], "sound.json")
    assert any(item.provenance.path.endswith("sound.json") for item in gathered.result.items)
    assert all(0 <= row.get("period_days", 0) <= 1_000_000 for row in stores(gathered))
