"""Parts of another kind than their product takes, rules that are switched off or shadowed: told, with their place."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, problems, source, write
from support.terraform import gather as terraform
from support.terraform import rows
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: prod}
spec:
  template:
    spec:
      containers:
        - {name: api, image: "example/api:1", securityContext: {runAsNonRoot: true}}
%s
"""
OPEN = "lets in named addresses only"


def gather(root: Path, name: str, text: str) -> Gathered:
    write(root, {f"deploy/{name}": text})
    return in_folder(collect, root, source("config", "deploy", provides=("security_config", "container_config")))


def unread(gathered: Gathered) -> list[tuple[int | None, str]]:
    found = problems(gathered, "unreadable")
    return [(one.place.line, one.reason) for one in found if one.types == ("security_config",)]


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        ("        - just text", 9, "an entry of 'containers' is not a mapping, in 'prod/Deployment/api'"),
        ("        - 7", 9, "an entry of 'containers' is not a mapping"),
        ("      initContainers: {name: x}", 9, "'initContainers' is not a list of mappings"),
        ("        - {name: b, image: x, securityContext: none}", 9, "'securityContext' is not a mapping"),
        ("        - {name: b, image: x, securityContext: {privileged: 1}}", 9, "'privileged' is not true or false"),
        (
            "        - {name: b, image: x, env: {A: b}}",
            9,
            "'env' is not a list of mappings, in 'prod/Deployment/api/b'",
        ),
        ("      volumes: [data]", 9, "an entry of 'volumes' is not a mapping"),
        ("      hostNetwork: sometimes", 9, "'hostNetwork' is not true or false"),
    ],
)
def test_an_odd_part_of_a_pod_is_told_once(tmp_path: Path, more: str, line: int, words: str):
    ((at, reason),) = unread(gather(tmp_path, "api.yaml", DEPLOYMENT % more))
    assert at == line
    assert words in reason


def test_a_sound_pod_and_a_patch_have_no_odd_part(tmp_path: Path):
    assert unread(gather(tmp_path, "api.yaml", DEPLOYMENT % "      volumes: [{name: data, emptyDir: {}}]")) == []
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {replicas: 3}\n"
    assert unread(gather(tmp_path, "api.yaml", patch)) == []


@pytest.mark.parametrize(
    "template", ["text", "{spec: text}", "{spec: {containers: text}}", "{spec: {containers: [text]}}"]
)
def test_a_workload_without_any_sound_container_is_not_passed_over(tmp_path: Path, template: str):
    head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n"
    assert len(unread(gather(tmp_path, "api.yaml", f"{head}spec: {{template: {template}}}\n"))) == 1


def test_very_many_odd_parts_are_told_as_a_number(tmp_path: Path):
    found = unread(gather(tmp_path, "api.yaml", DEPLOYMENT % "\n".join(["        - 7"] * 500)))
    assert len(found) <= 21
    assert any("and 480 more parts" in reason for _, reason in found)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("cap_drop: ALL", "'cap_drop' is not a list of texts"),
        ("deploy: none", "'deploy' is not a mapping"),
        ("environment: 7", "'environment' is neither a mapping nor a list"),
        ("privileged: [true]", "'privileged' is not true or false"),
        ("security_opt: [7]", "an entry of 'security_opt' is not a text"),
    ],
)
def test_an_odd_part_of_a_service_is_told_once(tmp_path: Path, more: str, words: str):
    text = "services:\n  api:\n    image: example/api:1\n    %s\n"
    ((at, reason),) = unread(gather(tmp_path, "compose.yaml", text % more))
    assert (at, words in reason) == (4, True)
    assert unread(gather(tmp_path, "compose.yaml", text % "environment: {A: b}")) == []


@pytest.mark.parametrize("value", ["var.rules", "[var.rule]", '"text"', "concat(local.a, local.b)"])
def test_a_block_that_is_not_written_out_is_told(tmp_path: Path, value: str):
    text = f'resource "aws_security_group" "x" {{\n  ingress = {value}\n}}\n'
    ((at, reason),) = unread(terraform(tmp_path, text))
    assert (at, "'ingress' of 'aws_security_group.x' is not written out" in reason) == (2, True)
    assert unread(terraform(tmp_path, text.replace(value, "[]"))) == []


def test_a_resource_without_its_name_is_told(tmp_path: Path):
    ((at, reason),) = unread(terraform(tmp_path, 'resource "aws_s3_bucket" {\n}\n'))
    assert (at, "without its type and name" in reason) == (1, True)


def azure(*rules: Any) -> str:
    return json.dumps({"policy": {"rules": list(rules)}})


def test_odd_rules_of_an_export_are_told(tmp_path: Path):
    sound = {
        "enabled": True,
        "definition": {"actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 30}}}},
    }
    assert unread(gather(tmp_path, "policy.json", azure(sound))) == []
    found = unread(gather(tmp_path, "policy.json", azure(sound, 7, {"definition": "text"})))
    assert [reason for _, reason in found] == ["a rule cannot be judged: it is not as its product writes one"]
    lifecycle = {"Rules": [{"Status": "Enabled", "Expiration": {"Days": 3}}, "text"]}
    assert len(unread(gather(tmp_path, "policy.json", json.dumps(lifecycle)))) == 1


FIREWALL = 'resource "google_compute_firewall" "x" {\n  allow {\n    protocol = "tcp"\n    ports = ["22"]\n  }\n%s\n}\n'


@pytest.mark.parametrize(
    ("more", "holds"),
    [("", [False]), ("disabled = false", [False]), ("disabled = true", []), ('disabled = "true"', [])],
)
def test_a_firewall_rule_that_is_switched_off_opens_nothing(tmp_path: Path, more: str, holds: list[bool]):
    gathered = terraform(tmp_path, FIREWALL % more)
    assert [row["holds"] for row in rows(gathered)] == holds
    assert any("is switched off ('disabled')" in one.reason for one in problems(gathered)) is not bool(holds)


RULE = """\
  security_rule {
    priority = %s
    direction = "Inbound"
    access = "%s"
    protocol = "*"
    source_address_prefix = "%s"
    destination_port_range = "%s"
  }
"""


@pytest.mark.parametrize(
    ("deny", "counts"),
    [
        ((100, "Deny", "*", "*"), False),
        ((100, "Deny", "*", "20-30"), False),
        ((300, "Deny", "*", "*"), True),
        ((100, "Deny", "10.0.0.0/8", "*"), True),
        ((100, "Deny", "*", "80"), True),
        ((100, "Allow", "10.0.0.0/8", "443"), True),
        (('"${var.first}"', "Deny", "*", "*"), True),
    ],
)
def test_what_an_earlier_rule_denies_to_everybody_lets_nobody_in(tmp_path: Path, deny: tuple[Any, ...], counts: bool):
    rules = RULE % (200, "Allow", "*", "22") + RULE % deny
    text = f'resource "azurerm_network_security_group" "x" {{\n{rules}}}\n'
    gathered = terraform(tmp_path, text)
    assert (False in [row.get("holds") for row in rows(gathered)]) is counts
    assert any("denies to everybody" in one.reason for one in problems(gathered)) is not counts


@pytest.mark.parametrize(("content", "holds"), [
    ('ip_protocol = "tcp"\nfrom_port = 22\nto_port = 22\ncidr_ipv4 = "0.0.0.0/0"', [False]),
    ('ip_protocol = "-1"\ncidr_ipv6 = "::/0"', [False]),
    ('ip_protocol = "tcp"\nfrom_port = 443\nto_port = 443\ncidr_ipv4 = "0.0.0.0/0"', [None]),
    ('ip_protocol = "tcp"\nfrom_port = 22\nto_port = 22\nreferenced_security_group_id = "sg-1"', [True]),
    ('ip_protocol = "tcp"\nfrom_port = 22\nto_port = 22\ncidr_ipv4 = var.from', [None]),
])  # fmt: skip
def test_single_rules_of_a_security_group_count(tmp_path: Path, content: str, holds: list[bool | None]):
    found = rows(terraform(tmp_path, f'resource "aws_vpc_security_group_ingress_rule" "x" {{\n{content}\n}}\n'))
    assert [row.get("holds") for row in found if row["setting"] == OPEN] == holds
