"""Files whose values are secrets by where they stand: found in whatever form, and no copy is kept of them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.systems import PEOPLE, assessed, configuration, source, system
from tieout import api
from tieout.collectors.secret_objects import holds_secret_objects

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {url: czFVcmxMRUFLMg==}\n"
AS_JSON = json.dumps({"kind": "Secret", "apiVersion": "v1", "stringData": {"url": "plainly"}})
HOLDING = {
    "data": ("a.yaml", SECRET),
    "plain": ("a.yaml", "kind: 'Secret'\nstringData:\n  conf.ini: |\n    val = x\n"),
    "second document": ("a.yaml", f"kind: ConfigMap\ndata: {{a: b}}\n---\n{SECRET}"),
    "list": ("a.yaml", "kind: List\nitems:\n- kind: Secret\n  data:\n    foo: >-\n      czZMRUFLOQ==\n"),
    "list of secrets": ("a.json", json.dumps({"kind": "SecretList", "items": [{"data": {"a": "eA=="}}]})),
    "json": ("a.json", AS_JSON),
    "spelled otherwise": ("a.yaml", 'kind: "\\x53ecret"\ndata: {a: eA==}\n'),
    "by an anchor": ("a.yaml", "x: &k Secret\nobject: {kind: *k, data: {a: eA==}}\n"),
    "generator": ("kustomization.yaml", "secretGenerator:\n- name: g\n  literals:\n  - thing=x\n"),
    "generator alone": ("a.yaml", "kind: SecretGenerator\nliterals: [thing=x]\n"),
    "patch": ("a.yaml", "patches:\n- target: {kind: Secret}\n  patch: '[{op: add, path: /data/a, value: eA==}]'\n"),
    "within a text": ("a.yaml", f"kind: ConfigMap\ndata:\n  a.json: '{AS_JSON}'\n"),
    "template": ("a.yaml", "{{- if .x }}\nkind: Secret\ndata:\n  a: eA==\n{{- end }}\n"),
    "markdown": ("a.md", f"# Set up\n```\n{SECRET}```\n"),
    "terraform as json": (
        "a.tf.json",
        '{"resource": {"aws_ssm_parameter": {"p": {"type": "SecureString", "value": "plainly"}}}}',
    ),
    "terraform": ("a.tf", 'resource "m" "s" {\n  manifest = { kind = "Secret", data = { a = "eA==" } }\n}\n'),
}
NOT_HOLDING = {
    "reference": (
        "a.yaml",
        "kind: Gateway\nspec: {certificateRefs: [{kind: Secret, name: s}]}\n---\nkind: ConfigMap\ndata: {a: b}\n",
    ),
    "no values": ("a.yaml", "kind: Secret\nmetadata: {name: s}\ndata: {}\n"),
    "kept elsewhere": ("a.yaml", "kind: ExternalSecret\nspec: {data: [{secretKey: a}]}\n"),
    "sealed": ("a.yaml", "kind: SealedSecret\nspec: {encryptedData: {a: AgBy}}\n"),
    "from files": ("kustomization.yaml", "secretGenerator:\n- name: g\n  envs: [a.env]\n"),
    "terraform as json": ("a.tf.json", '{"resource": {"aws_db_instance": {"d": {"storage_encrypted": true}}}}'),
    "json that names one": ("a.json", '{"resource": "aws_ssm_parameter"}'),
    "metadata": ("a.md", "kind: Secret\nmetadata: here\n"),
}


@pytest.mark.parametrize(("path", "text"), HOLDING.values(), ids=HOLDING)
def test_values_of_secrets_are_found(path: str, text: str) -> None:
    assert holds_secret_objects(text, path)


@pytest.mark.parametrize(("path", "text"), NOT_HOLDING.values(), ids=NOT_HOLDING)
def test_what_only_names_a_secret_holds_none(path: str, text: str) -> None:
    assert not holds_secret_objects(text, path)


ODD: list[object] = [None, True, 7, 1.5, [], [[]], {}, {"kind": ["Secret"]}, {"literals": 3}, "kind"]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("place", ["kind", "data", "secretGenerator", "target", "items"])
def test_odd_values_are_no_failure(place: str, odd: object) -> None:
    tree: dict[str, object] = {"kind": "Secret", "data": {}, "target": {"kind": "Secret"}}
    tree[place] = odd
    assert isinstance(holds_secret_objects(json.dumps(tree), "a.json"), bool)


def test_no_copy_is_kept_of_a_file_with_a_secret_and_the_facts_stay(tmp_path: Path) -> None:
    pod = "kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec: {containers: [{name: a, image: 'x:1'}]}\n"
    config = configuration(source("k8s", "config", "k8s", "security_config", inside="application"), owners=PEOPLE)
    files = {"k8s/with.yaml": f"{pod}---\n{SECRET}", "k8s/without.yaml": pod.replace("name: p", "name: q")}
    repository = system(tmp_path / "r", config, files)
    assessed(repository.folder, as_of=datetime(2026, 6, 1, tzinfo=UTC))
    collection = api.Workspace(repository.folder / "tieout.yaml").collection()
    items = {item.provenance.path: item for item in collection.items if item.type == "security_config"}
    assert items["k8s/with.yaml"].facts["settings"]
    assert items["k8s/with.yaml"].copy_sha256 is None
    assert items["k8s/without.yaml"].copy_sha256 is not None
    kept = [path.read_bytes() for path in (repository.folder / ".tieout").rglob("*") if path.is_file()]
    assert kept
    assert not any(b"czFVcmxMRUFLMg" in data for data in kept)
