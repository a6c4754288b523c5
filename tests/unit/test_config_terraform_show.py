"""What `terraform show -json` prints: plans and states, with what is not known, marked as sensitive, or taken away."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, only_item, problems, source, write
from support.odd_values import VALUES
from support.terraform import BOTH, rows, stores, told
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect

SECRET = "correct-horse-battery"
ENCRYPTED = "data at rest is encrypted"


def resource(type_: str, values: Any, name: str = "x", **more: Any) -> dict[str, Any]:
    return {"address": f"{type_}.{name}", "mode": "managed", "type": type_, "name": name, "values": values, **more}


def state(*resources: Any, **more: Any) -> dict[str, Any]:
    root = {"resources": list(resources)}
    return {"format_version": "1.0", "terraform_version": "1.9.5", "values": {"root_module": root}, **more}


def plan(*resources: Any, changes: Any = (), **more: Any) -> dict[str, Any]:
    root = {"resources": list(resources)}
    whole = {"format_version": "1.2", "terraform_version": "1.9.5", "planned_values": {"root_module": root}}
    return {**whole, "resource_changes": list(changes), **more}


def change(address: str, *actions: str, unknown: Any = None) -> dict[str, Any]:
    return {"address": address, "change": {"actions": list(actions), "after_unknown": unknown or {}}}


def gather(root: Path, data: Any) -> Gathered:
    write(root, {"infra/shown.json": json.dumps(data, indent=1)})
    return in_folder(collect, root, source("config", "infra", provides=BOTH))


def test_modules_below_count_with_their_addresses(tmp_path: Path):
    data = state()
    deep = {"address": "module.a", "child_modules": [
        {"address": "module.a.module.b", "resources": [
            {**resource("aws_ebs_volume", {"encrypted": True}), "address": "module.a.module.b.aws_ebs_volume.x[0]"}
        ]}
    ]}  # fmt: skip
    data["values"]["root_module"]["child_modules"] = [deep]
    (row,) = rows(gather(tmp_path, data))
    assert (row["subject"], row["holds"]) == ("module.a.module.b.aws_ebs_volume.x[0]", True)


def test_blocks_and_what_is_not_set_are_read_as_terraform_writes_them(tmp_path: Path):
    rule = {"id": "x", "status": "Enabled", "expiration": [{"date": "", "days": 30}], "filter": [], "prefix": ""}
    lifecycle = resource("aws_s3_bucket_lifecycle_configuration", {"bucket": "answers", "rule": [rule]})
    (store,) = stores(gather(tmp_path, state(lifecycle)))
    assert (store["store"], store["period_days"], store["then"], store["enabled"]) == ("answers", 30, "delete", True)


def test_a_plan_is_told_from_a_state(tmp_path: Path):
    volume = resource("aws_ebs_volume", {"encrypted": True})
    for made, product, words in ((plan, "Terraform (plan)", "meant to be"), (state, "Terraform (state)", "saw last")):
        gathered = gather(tmp_path, made(volume))
        assert only_item(gathered).facts["product"] == product
        assert [words in one.reason for one in problems(gathered, "not-counted")] == [True, True]


def test_a_plan_speaks_of_when_it_was_made_and_a_state_of_no_time(tmp_path: Path):
    volume = resource("aws_ebs_volume", {"encrypted": True})
    dated = only_item(gather(tmp_path, plan(volume, timestamp="2026-11-19T08:00:00Z")))
    assert dated.effective is not None
    assert str(dated.effective.end).startswith("2026-11-19")
    assert only_item(gather(tmp_path, state(volume))).effective is None
    assert only_item(gather(tmp_path, plan(volume, timestamp="yesterday"))).effective is None


@pytest.mark.parametrize(
    ("actions", "counts"),
    [(["create"], True), (["delete", "create"], True), (["create", "delete"], True), (["no-op"], True),
     (["delete"], False)],
)  # fmt: skip
def test_what_a_plan_deletes_does_not_count(tmp_path: Path, actions: list[str], counts: bool):
    data = plan(resource("aws_ebs_volume", {"encrypted": True}), changes=[change("aws_ebs_volume.x", *actions)])
    gathered = gather(tmp_path, data)
    assert bool(rows(gathered)) is counts
    assert any("will be deleted" in one.reason for one in problems(gathered)) is not counts


@pytest.mark.parametrize("unknown", [{"storage_encrypted": True, "kms_key_id": True}])
def test_what_is_known_later_protects_nothing_and_lays_nothing_open(tmp_path: Path, unknown: dict[str, Any]):
    database = resource("aws_db_instance", {"kms_key_id": None})
    later = plan(database, changes=[change("aws_db_instance.x", "create", unknown=unknown)])
    assert told(gather(tmp_path, later), ENCRYPTED) == [("aws_db_instance.x", None)]
    # Without the mark it is not set, and the provider's default encrypts nothing.
    assert told(gather(tmp_path, plan(database)), ENCRYPTED) == [("aws_db_instance.x", False)]


def test_sensitive_values_stand_nowhere(tmp_path: Path):
    marked = resource(
        "aws_cloudwatch_log_group",
        {"name": SECRET, "retention_in_days": 30},
        sensitive_values={"name": True},
    )
    hidden = resource("random_password", {"result": SECRET}, sensitive_values={"result": True})
    gathered = gather(tmp_path, state(marked, hidden))
    assert SECRET not in gathered.result.model_dump_json()
    assert gathered.copies == {}
    assert only_item(gathered).facts["stores"][0]["store"] == "aws_cloudwatch_log_group.x"
    assert any("2 of its resources hold values that are marked as sensitive" in p.reason for p in problems(gathered))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"errored": True}, "ended in an error"),
        ({"errored": "yes"}, "ended in an error"),
        ({"complete": False}, "is a part of a plan"),
        ({"deferred_changes": [{}]}, "defers changes"),
        ({"planned_values": {"root_module": []}}, "has no root module"),
        ({"planned_values": []}, "has no root module"),
    ],
)
def test_a_plan_that_is_not_whole_is_told(tmp_path: Path, more: dict[str, Any], words: str):
    gathered = gather(tmp_path, {**plan(resource("aws_ebs_volume", {"encrypted": True})), **more})
    assert any(words in one.reason for one in problems(gathered, "unreadable"))


def test_a_whole_plan_lacks_nothing(tmp_path: Path):
    data = plan(resource("aws_ebs_volume", {"encrypted": True}), errored=False, complete=True, deferred_changes=[])
    assert problems(gather(tmp_path, data), "unreadable") == []


def places(value: Any) -> list[tuple[Any, ...]]:
    """The keys that lead to every value."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *below) for key, one in members for below in places(one))]


def put(value: Any, keys: tuple[Any, ...], odd: Any) -> Any:
    if not keys:
        return odd
    if isinstance(value, dict):
        return {key: put(one, keys[1:], odd) if key == keys[0] else one for key, one in value.items()}
    return [put(one, keys[1:], odd) if index == keys[0] else one for index, one in enumerate(value)]


WHOLE = plan(
    resource(
        "aws_db_instance", {"storage_encrypted": True, "tags": {"a": "b"}}, sensitive_values={"tags": {"a": True}}
    ),
    resource("aws_security_group", {"ingress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 22, "to_port": 22}]}),
    resource("aws_cloudwatch_log_group", {"retention_in_days": 30}),
    changes=[change("aws_db_instance.x", "create", unknown={"kms_key_id": True, "tags": [{}]})],
    timestamp="2026-11-19T08:00:00Z",
)


@pytest.mark.parametrize("keys", places(WHOLE)[1:], ids=lambda keys: "/".join(map(str, keys)))
def test_odd_values_at_any_place_end_in_a_result(tmp_path: Path, keys: tuple[Any, ...]):
    for odd in VALUES:
        gathered = gather(tmp_path, put(WHOLE, keys, odd))
        assert gathered.result.items or gathered.result.problems
