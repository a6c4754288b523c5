"""What Terraform's expressions come to: variables, locals, modules, switches, several of one, and what is not told."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import problems
from support.terraform import gather, rows, stores, told
from tieout.collectors.base import Gathered
from tieout.collectors.config.terraform_parts.aws import AWS
from tieout.collectors.config.terraform_parts.azure import AZURE
from tieout.collectors.config.terraform_parts.google import GOOGLE

GROUP = 'resource "aws_cloudwatch_log_group" "g" {{\n  retention_in_days = {}\n}}\n'


def periods(gathered: Gathered) -> list[Any]:
    return [row.get("period_days") for row in stores(gathered)]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.tf": GROUP.format("30")}, [30.0]),
        ({"main.tf": GROUP.format('"30"')}, [30.0]),
        ({"main.tf": GROUP.format("6 * 5")}, [30.0]),
        ({"main.tf": GROUP.format("var.d"), "variables.tf": 'variable "d" {\n  default = 90\n}\n'}, [90.0]),
        ({"main.tf": GROUP.format("local.d") + "locals {\n  d = local.e\n  e = 14\n}\n"}, [14.0]),
        (
            {
                "main.tf": GROUP.format("var.d") + 'variable "d" {\n  default = 90\n}\n',
                "terraform.tfvars": "d = 365\n",
                "prod.auto.tfvars": "d = 731\n",
            },
            [731.0],
        ),
        ({"main.tf": GROUP.format("local.s.days") + "locals {\n  s = { days = 7 }\n}\n"}, [7.0]),
    ],
)
def test_values_are_followed_where_the_files_give_them(tmp_path: Path, files: dict[str, str], expected: list[float]):
    assert periods(gather(tmp_path, files)) == expected


@pytest.mark.parametrize(
    ("files", "by"),
    [
        ({"main.tf": GROUP.format("var.d")}, "var.d"),
        ({"main.tf": GROUP.format("data.aws_x.y.days")}, "data.aws_x.y"),
        ({"main.tf": GROUP.format("module.x.days")}, "module.x"),
        ({"main.tf": GROUP.format("coalesce(1, 2)")}, "the function coalesce"),
        (
            {"main.tf": GROUP.format('var.s == "prod" ? 365 : 7') + 'variable "s" {\n  default = "dev"\n}\n'},
            "a condition",
        ),
        ({"main.tf": GROUP.format("local.a") + "locals {\n  a = local.b\n  b = local.a\n}\n"}, "local.a, which leads"),
        (
            {
                "main.tf": GROUP.format("var.d") + 'variable "d" {\n  default = 90\n}\n',
                "prod.tfvars": "d = 365\n",
            },
            "var.d (in prod.tfvars, which is used only where it is named)",
        ),
    ],
)
def test_what_the_files_do_not_give_is_told_with_what_sets_it(tmp_path: Path, files: dict[str, str], by: str):
    gathered = gather(tmp_path, files)
    assert periods(gathered) == [None]
    (note,) = [one for one in problems(gathered, "not-counted") if "set by" in one.reason]
    assert f"is set by {by}" in note.reason
    assert note.reason.endswith("its value is not in this file")
    assert note.place.line == 2


def test_a_value_of_another_file_names_that_file_and_line(tmp_path: Path):
    files = {"main.tf": GROUP.format("var.d"), "variables.tf": '\nvariable "d" {\n  default = 90\n}\n'}
    (item,) = [one for one in gather(tmp_path, files).result.items if one.type == "retention_config"]
    assert item.lines["/stores/0"] == 2
    assert item.lines["/stores/0/period_days"] == 3
    assert item.files is not None
    assert item.files["/stores/0/period_days"].endswith("variables.tf")


@pytest.mark.parametrize(
    "switch",
    [
        "count = 0",
        "count = var.on ? 1 : 0",
        "count = var.on && true ? 1 : 0",
        'count = var.stage == "prod" ? 1 : 0',
        "for_each = {}",
        "for_each = toset([])",
        'for_each = var.on ? toset(["a"]) : toset([])',
    ],
)
def test_what_is_switched_off_does_not_count(tmp_path: Path, switch: str):
    text = (
        'variable "on" {\n  default = false\n}\nvariable "stage" {\n  default = "dev"\n}\n'
        f'resource "aws_ebs_volume" "v" {{\n  {switch}\n  encrypted = true\n}}\n'
    )
    gathered = gather(tmp_path, text)
    assert rows(gathered) == []
    told_off = [one for one in problems(gathered, "not-counted") if "'aws_ebs_volume.v' is switched off" in one.reason]
    assert {one.place.line for one in told_off} == {7}


@pytest.mark.parametrize("switch", ["count = var.on ? 1 : 0", "for_each = var.on ? { a = 1 } : {}"])
def test_what_may_not_be_made_holds_nothing(tmp_path: Path, switch: str):
    text = f'resource "aws_ebs_volume" "v" {{\n  {switch}\n  encrypted = true\n}}\n'
    (row,) = rows(gather(tmp_path, text))
    assert "holds" not in row
    assert row["value"].startswith("made only where a condition on var.on says so")


def test_each_of_several_is_told_apart(tmp_path: Path):
    text = (
        'resource "aws_ebs_volume" "v" {\n  for_each  = { a = true, b = false }\n  encrypted = each.value\n}\n'
        'resource "aws_ebs_volume" "w" {\n  for_each  = var.names\n  encrypted = true\n}\n'
    )
    found = told(gather(tmp_path, text), "data at rest is encrypted")
    assert found == [
        ('aws_ebs_volume.v["a"]', True),
        ('aws_ebs_volume.v["b"]', False),
        ("aws_ebs_volume.w", True),
    ]


def test_dynamic_blocks_are_filled_in(tmp_path: Path):
    text = """\
locals { open = [22, 443] }
resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = local.open
    iterator = port
    content {
      from_port   = port.value
      to_port     = port.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
  dynamic "ingress" {
    for_each = []
    content { cidr_blocks = ["0.0.0.0/0"] }
  }
}
resource "aws_security_group" "h" {
  dynamic "ingress" {
    for_each = var.rules
    content {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}
"""
    found = told(gather(tmp_path, text), "lets in named addresses only")
    assert found == [("aws_security_group.g", False), ("aws_security_group.g", None), ("aws_security_group.h", None)]


@pytest.mark.parametrize("ignored", ["[encrypted]", "all", '["encrypted"]'])
def test_an_attribute_whose_changes_are_ignored_tells_nothing(tmp_path: Path, ignored: str):
    text = (
        'resource "aws_ebs_volume" "v" {\n  encrypted = true\n'
        f"  lifecycle {{\n    ignore_changes = {ignored}\n  }}\n}}\n"
    )
    (row,) = rows(gather(tmp_path, text))
    assert (row.get("holds"), row["value"]) == (None, "later changes of it are left alone (ignore_changes)")


MODULE = {
    "modules/store/main.tf": 'variable "safe" {\n  default = true\n}\n'
    'resource "aws_ebs_volume" "v" {\n  encrypted = var.safe\n}\n',
}


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ('module "a" {\n  source = "./modules/store"\n}\n', [True]),
        ('module "a" {\n  source = "./modules/store"\n  safe = false\n}\n', [False]),
        (
            (
                'module "a" {\n  source = "./modules/store"\n  safe = false\n}\n'
                'module "b" {\n  source = "./modules/store"\n}\n'
            ),
            [None],
        ),
        ('module "a" {\n  source = "./modules/store"\n  count = 0\n}\n', []),
        ('module "a" {\n  source = "./modules/other"\n}\n', []),
    ],
)
def test_a_module_is_as_its_calls_make_it(tmp_path: Path, calls: str, expected: list[bool | None]):
    gathered = gather(tmp_path, {"main.tf": calls, **MODULE})
    assert [row.get("holds") for row in rows(gathered)] == expected


def test_a_module_that_nobody_calls_configures_nothing(tmp_path: Path):
    files = {"main.tf": 'module "a" {\n  source = "./modules/other"\n}\n', **MODULE}
    found = [one.reason for one in problems(gather(tmp_path, files), "not-counted")]
    assert "belongs to a module that nothing here calls, so it configures nothing" in found


def test_an_override_is_told_and_not_guessed(tmp_path: Path):
    text = 'resource "aws_ebs_volume" "v" {\n  encrypted = false\n}\n'
    gathered = gather(tmp_path, {"main.tf": text.replace("false", "true"), "main_override.tf": text})
    assert [row.get("holds") for row in rows(gathered)] == [True]
    (problem,) = problems(gathered, "unreadable")
    assert problem.reason.startswith("replaces settings of files beside it")


def test_the_json_form_is_read_too(tmp_path: Path):
    text = (
        '{\n"resource": {"aws_ebs_volume": {"v": {\n"encrypted": "${var.safe}"}}},\n'
        '"variable": {"safe": {"default": false}}}\n'
    )
    gathered = gather(tmp_path, {"main.tf.json": text})
    (item,) = gathered.result.items
    assert item.facts["settings"][0]["holds"] is False
    assert item.lines["/settings/0"] == 3


def test_a_list_that_grows_with_each_name_is_cut(tmp_path: Path):
    names = "".join(f"  l{n} = [local.l{n - 1}, local.l{n - 1}]\n" for n in range(1, 30))
    text = GROUP.format("local.l29") + f"locals {{\n  l0 = [1]\n{names}}}\n"
    gathered = gather(tmp_path, text)
    assert periods(gathered) == []
    assert any("is not a number of zero or more" in one.reason for one in problems(gathered, "not-counted"))


ODD = ["null", "[]", "{}", "[[]]", "{ a = [] }", '""', '"x"', "-1", "1e300", "true", "[null]", "x.y[0]", "f()", "[{}]"]
PLACES = {
    "aws_security_group": ["ingress { cidr_blocks = ODD }", "ingress = ODD", "count = ODD", "for_each = ODD"],
    "aws_s3_bucket_lifecycle_configuration": [
        "bucket = ODD\nrule {\n status = ODD\n expiration { days = ODD }\n}",
        (
            'rule { status = "Enabled"\n filter { prefix = ODD }\n'
            " noncurrent_version_expiration { noncurrent_days = ODD }\n}"
        ),
    ],
    "aws_iam_policy": ["policy = ODD", "policy = jsonencode(ODD)", "policy = jsonencode({ Statement = ODD })"],
    "aws_iam_role": ["managed_policy_arns = ODD", "inline_policy { policy = ODD }", "assume_role_policy = ODD"],
    "aws_lb_listener": ["protocol = ODD\nssl_policy = ODD\ndefault_action { type = ODD }"],
    "aws_s3_bucket_public_access_block": ["block_public_acls = ODD"],
    "azurerm_network_security_rule": [
        "access = ODD\ndirection = ODD",
        'access = "Allow"\ndirection = "Inbound"\nsource_address_prefix = ODD\ndestination_port_range = ODD',
    ],
    "azurerm_storage_management_policy": [
        "rule {\n enabled = ODD\n actions { base_blob { delete_after_days_since_x = ODD } }\n}"
    ],
    "google_compute_firewall": ["source_ranges = ODD\nallow {\n protocol = ODD\n ports = ODD\n}"],
    "google_storage_bucket": [
        "retention_policy {\n retention_period = ODD\n is_locked = ODD\n}",
        "lifecycle_rule {\n action { type = ODD }\n condition { age = ODD }\n}",
    ],
    "google_project_iam_member": ["role = ODD\nmember = ODD\nmembers = ODD"],
    "aws_lambda_function": ["environment { variables = ODD }", "password = ODD", "lifecycle { ignore_changes = ODD }"],
    "aws_dynamodb_table": ['dynamic "ttl" {\n for_each = ODD\n iterator = ODD\n content { enabled = ODD }\n}'],
}


@pytest.mark.parametrize(("type_", "content"), [(type_, one) for type_, places in PLACES.items() for one in places])
def test_odd_values_give_a_clear_result_everywhere(tmp_path: Path, type_: str, content: str):
    for index, odd in enumerate(ODD):
        text = f'resource "{type_}" "x" {{\n{content.replace("ODD", odd)}\n}}\n'
        gathered = gather(tmp_path / str(index), text)
        assert all(one.place.line for one in problems(gathered) if one.status != "absent")


@pytest.mark.parametrize("type_", sorted({**AWS, **AZURE, **GOOGLE}))
def test_odd_values_at_the_place_of_each_check_hold_nothing_that_protects(tmp_path: Path, type_: str):
    for index, odd in enumerate(["null", "[]", "{}", "[[]]", "{ a = [] }", "[null]", "[{}]", "-1"]):
        parts = []
        for number, check in enumerate({**AWS, **AZURE, **GOOGLE}[type_]):
            *blocks, name = check.at.split(".")
            inner = "".join(f"{block} {{\n" for block in blocks) + f"{name} = {odd}\n" + "}\n" * len(blocks)
            parts.append(f'resource "{type_}" "x{number}" {{\n{inner}}}\n')
        found = [row for row in rows(gather(tmp_path / str(index), "".join(parts))) if row.get("holds")]
        assert all("by the provider's default" in row.get("value", "") for row in found), found


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b'a = "\xff"\n', 1, "is not UTF-8 text"),
        (b"\n<<<<<<< HEAD\n", 2, "is not valid HCL"),
        (b"a = " + b"[" * 70, 1, "nested deeper than 64 levels"),
        (b"#" * 2_000_001, None, "HCL files are read up to"),
        (b"".join(b'resource "aws_db_instance" "d%d" {}\n' % n for n in range(7_000)), None, "nobody wrote"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_result_with_its_place(
    tmp_path: Path, data: bytes, line: int | None, words: str
):
    gathered = gather(tmp_path, {"main.tf": data, "other.tf": GROUP.format("30")})
    (problem,) = problems(gathered, "unreadable")
    assert words in problem.reason
    assert problem.place.line == line
    assert periods(gathered) == [30.0]


def test_examples_tests_and_other_environments_do_not_count(tmp_path: Path):
    files = {f"{folder}/main.tf": GROUP.format("30") for folder in ("examples/a", "tests", "staging", "docs")}
    assert periods(gather(tmp_path, {**files, "main.tf": GROUP.format("60")})) == [60.0]


SECRETS = ["hunter-two-words", "Tr0ub4dor&3x9Q", "swordfish-of-the-day", "AKIAQYLPMN5HHHFPZAM2"]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_planted_secret_stands_in_facts_or_copies(tmp_path: Path, secret: str):
    files = {
        "main.tf": f'resource "aws_db_instance" "d" {{\n  password = "{secret}"\n  storage_encrypted = true\n}}\n'
        f'variable "db_password" {{\n  default = "{secret}"\n}}\n'
        f'# api_token = "{secret}"\n'
        f'resource "aws_lambda_function" "l" {{\n  environment {{\n    variables = {{ DB_PASSWORD = "{secret}" }}\n'
        "  }\n"
        f'  env = [{{ name = "API_TOKEN", value = "{secret}" }}]\n'
        f"  conn_password = <<EOT\n{secret}\nEOT\n"
        f'  kms_key_arn = jsonencode({{ client_secret = "{secret}" }})\n}}\n'
        f'resource "aws_secretsmanager_secret_version" "s" {{\n  secret_string = "{secret}"\n}}\n',
        "terraform.tfvars": f'db_password = "{secret}"\n',
        "json.tf.json": f'{{"variable": {{"admin_password": {{"default": "{secret}"}}}}}}\n',
    }
    gathered = gather(tmp_path, files)
    written = [row for row in rows(gathered) if row["topic"] == "secrets"]
    assert len(written) >= 7
    assert all(row.get("holds") is False for row in written)
    assert secret not in gathered.result.model_dump_json()
    assert all(secret.encode() not in copy for copy in gathered.copies.values())
    assert len(gathered.copies) == 3


def test_what_rests_on_its_own_file_is_the_same_from_its_copy_alone(tmp_path: Path):
    """A packet's copies give again what they gave; what rests on another file says so."""
    volume = 'resource "aws_ebs_volume" "{}" {{\n  encrypted = {}\n}}\n'
    files = {
        "alone.tf": volume.format("a", "true") + 'variable "safe" {\n  default = true\n}\n',
        "other.tf": volume.format("b", "var.safe"),
        "hidden.tf": volume.format("c", "true") + volume.format("d", "true\n  count = local.none"),
        "names.tf": "locals {\n  none = 0\n}\n" + volume.format("e", "false"),
        "main.tf": 'module "store" {\n  source = "./modules/store"\n}\n' + volume.format("f", "true"),
        **MODULE,
    }
    gathered = gather(tmp_path / "whole", files)
    items = {item.provenance.path.removeprefix("infra/"): item for item in gathered.result.items}
    assert {path for path, item in items.items() if item.files} == {
        "other.tf",
        "hidden.tf",
        "main.tf",
        "modules/store/main.tf",
    }
    alone = {path: item for path, item in items.items() if not item.files}
    copies = {path: gathered.copies[item.copy_sha256 or ""] for path, item in alone.items()}
    again = gather(tmp_path / "again", copies)
    assert {item.provenance.path.removeprefix("infra/"): item.facts for item in again.result.items} == {
        path: item.facts for path, item in alone.items()
    }
