"""A lifecycle rule that is limited, switched off or of one day is no retention of the whole store."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, source, write
from support.odd_places import ODD, places, put
from support.terraform import BOTH, gather, stores
from tieout.collectors.config import collect

S3 = "aws_s3_bucket_lifecycle_configuration"
WHOLE = 30.0
EXPIRES = "expiration {\ndays = 30\n}"


def terraform(tmp_path: Path, rule: str, status: str = "Enabled") -> tuple[list[dict[str, Any]], list[str]]:
    gathered = gather(tmp_path, f'resource "{S3}" "x" {{\nbucket = "b"\nrule {{\nstatus = "{status}"\n{rule}\n}}\n}}\n')
    return stores(gathered), [one.reason for one in gathered.result.problems]


def exported(tmp_path: Path, rule: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    text = json.dumps({"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}} | rule]})
    write(tmp_path, {"exports/b.json": text})
    gathered = in_folder(collect, tmp_path, source("config", "exports", provides=BOTH))
    return stores(gathered), [one.reason for one in gathered.result.problems]


def whole(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that say how long all of a bucket is kept."""
    return [row for row in rows if row.get("period_days") is not None and row.get("scope") is None]


@pytest.mark.parametrize("rule", [EXPIRES, "filter {}\n" + EXPIRES, 'prefix = ""\n' + EXPIRES])
def test_a_rule_without_a_limit_is_the_retention_of_the_bucket(tmp_path: Path, rule: str):
    rows, _ = terraform(tmp_path, rule)
    assert [row["period_days"] for row in whole(rows)] == [WHOLE]


@pytest.mark.parametrize(
    ("rule", "scope"),
    [
        ('filter {\nprefix = "logs/"\n}\n', "logs/"),
        ('filter {\ntag {\nkey = "k"\nvalue = "v"\n}\n}\n', "what carries a certain tag"),
        ('filter {\nand {\ntags = { a = "b" }\n}\n}\n', "what carries a certain tag"),
        ("filter {\nobject_size_greater_than = 500\n}\n", "what has a certain size"),
        ("filter {\nand {\nobject_size_less_than = 500\n}\n}\n", "what has a certain size"),
        ("filter {\nprefix = var.prefix\n}\n", "a part that is not told here"),
    ],
)
def test_a_rule_with_a_filter_is_of_a_part(tmp_path: Path, rule: str, scope: str):
    rows, _ = terraform(tmp_path, rule + EXPIRES)
    assert (whole(rows), [row["scope"] for row in rows]) == ([], [scope])


def test_an_older_way_to_name_tags_limits_too(tmp_path: Path):
    rule = f'lifecycle_rule {{\nenabled = true\ntags = {{ a = "b" }}\n{EXPIRES}\n}}'
    rows = stores(gather(tmp_path, f'resource "aws_s3_bucket" "x" {{\n{rule}\n}}\n'))
    assert (whole(rows), rows[0]["scope"]) == ([], "what carries a certain tag")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('expiration {\ndate = "2026-12-31T00:00:00Z"\n}', "acts once on a fixed day"),
        ('transition {\ndate = "2026-12-31T00:00:00Z"\nstorage_class = "GLACIER"\n}', "acts once on a fixed day"),
        ("expiration {\nexpired_object_delete_marker = true\n}", "removes markers"),
        ("abort_incomplete_multipart_upload {\ndays_after_initiation = 3\n}", "ends uploads"),
    ],
)
def test_a_rule_that_tells_no_period_gives_no_row_and_is_told(tmp_path: Path, rule: str, words: str):
    rows, told = terraform(tmp_path, rule)
    assert rows == []
    assert any(words in reason for reason in told)


def test_a_rule_that_is_switched_off_gives_no_row_and_is_told(tmp_path: Path):
    rows, told = terraform(tmp_path, EXPIRES, status="Disabled")
    assert rows == []
    assert "a rule of 'b' is switched off, so it does not count" in told


def test_older_versions_alone_are_not_the_bucket(tmp_path: Path):
    rows, _ = terraform(tmp_path, "noncurrent_version_expiration {\nnoncurrent_days = 30\n}")
    assert (whole(rows), rows[0]["scope"]) == ([], "older versions")


@pytest.mark.parametrize(
    ("rule", "scopes"),
    [
        ({"Expiration": {"Days": 30}}, [None]),
        ({"Expiration": {"Date": "2026-12-31T00:00:00Z"}}, []),
        ({"Expiration": {"Days": 30}, "Status": "Disabled"}, []),
        ({"Expiration": {"Days": 30}, "Filter": {"Prefix": "a/"}}, ["a/"]),
        ({"Expiration": {"Days": 30}, "Filter": {"Tag": {"Key": "k", "Value": "v"}}}, ["what carries a certain tag"]),
        ({"Expiration": {"Days": 30}, "Filter": {"ObjectSizeLessThan": 9}}, ["what has a certain size"]),
        (
            {"Expiration": {"Days": 30}, "Filter": {"And": {"Tags": [{"Key": "k", "Value": "v"}]}}},
            ["what carries a certain tag"],
        ),
        ({"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}, ["older versions"]),
        ({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}}, []),
    ],
)
def test_an_export_says_the_same(tmp_path: Path, rule: dict[str, Any], scopes: list[str | None]):
    rows, told = exported(tmp_path, rule)
    assert [row.get("scope") for row in rows] == scopes
    assert scopes or any("so it does not count" in one or "says nothing of" in one for one in told)


@pytest.mark.parametrize(
    ("condition", "scope"),
    [
        ("age = 30", None),
        ('age = 30\ncreated_before = "2026-01-01"', "what meets another condition than its age"),
        ('age = 30\nmatches_storage_class = ["STANDARD"]', "what meets another condition than its age"),
        ('age = 30\nmatches_suffix = [".log"]', ".log"),
        ("age = 30\nnum_newer_versions = 3", "older versions"),
    ],
)
def test_a_condition_beside_the_age_limits_a_rule_of_google(tmp_path: Path, condition: str, scope: str | None):
    rule = f'lifecycle_rule {{\naction {{\ntype = "Delete"\n}}\ncondition {{\n{condition}\n}}\n}}'
    rows = stores(gather(tmp_path, f'resource "google_storage_bucket" "x" {{\n{rule}\n}}\n'))
    assert [row.get("scope") for row in rows] == [scope]


def test_odd_values_at_any_place_of_a_rule_end_in_a_result(tmp_path: Path):
    rule = {
        "ID": "r",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}], "ObjectSizeLessThan": 9}},
        "Expiration": {"Days": 30, "Date": "2026-12-31T00:00:00Z", "ExpiredObjectDeleteMarker": True},
        "Transitions": [{"Days": 3, "Date": "2026-12-31T00:00:00Z"}],
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
    }
    document = {"Rules": [rule], "NextToken": "abc"}
    pairs = [(place, value) for place in places(document) for value in ODD][:: len(rule) + 1]
    assert len(pairs) > len(ODD)
    for place, value in pairs:
        write(tmp_path, {"exports/b.json": json.dumps(put(document, place, value))})
        gathered = in_folder(collect, tmp_path, source("config", "exports", provides=BOTH))
        assert all(one.reason and one.place.path for one in gathered.result.problems), (place, value)
