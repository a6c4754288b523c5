"""Secrets that programs take as a word, that addresses carry, that sentences tell; and what only looks alike."""

import json
from pathlib import Path

import pytest

from support.collecting import AS_OF, source, write
from tieout.collectors.base import Request
from tieout.collectors.confidential import masked_facts, masked_source
from tieout.collectors.gathering import Gathering
from tieout.collectors.hcl_sources import sensitive_variables
from tieout.collectors.secret_objects import holds_secret_objects
from tieout.collectors.sensitive_variables import sensitive_in
from tieout.domain.collection import Period
from tieout.kernel.reading.files import FolderView
from tieout.kernel.reading.redaction_data import assigned_in

COMMANDS = """aws configure set aws_secret_access_key hollandia
aws configure set profile.x.aws_secret_access_key hollandia --profile x
npm config set //r.example/:_authToken hollandia
poetry config http-basic.x user hollandia
poetry config pypi-token.pypi hollandia
composer config -g http-basic.r.example user hollandia
twine upload -u u -p hollandia dist/*
dotnet nuget add source y -n x -u u -p hollandia
nuget sources add -name x -source y -username u -password hollandia
kubectl create secret generic x --from-literal=a=hollandia --from-literal=b=hollandia
vault kv put -mount=kv p a=hollandia b=hollandia
vault login hollandia
rabbitmqctl add_user bob hollandia
unzip -P hollandia x.zip
7z x -phollandia x.7z
openssl enc -aes-256-cbc -k hollandia -in x
mc alias set m http://x user hollandia
wandb login --relogin hollandia
snyk auth hollandia
ngrok config add-authtoken hollandia
gh auth login --with-token <<< hollandia
echo hollandia | gh auth login --with-token
influx setup -u x -p hollandia -t hollandia -o y""".splitlines()
OTHERS = """aws configure set region eu-west-1
npm config set registry https://r.example
kubectl create configmap x --from-literal=color=blue
vault kv put kv/x a=@file
vault login -method=userpass username=bob
vault login first and then go on
gh auth login --with-token <<< "$TOKEN"
unzip -o x.zip""".splitlines()

PLANTS = [
    ("loki.yaml", "s3: s3://AKIDX:hollandia@eu-west-1/logs\n"),
    ("loki.yaml", "s3: s3://AKIDX:hol/landia@eu-west-1/logs\nx: store://u:hollandia@h/x\n"),
    ("a.yaml", 'api_base: "https://generativelanguage.googleapis.com/v1beta?key=hollandia"\n'),
    ("a.yaml", 'api_base: "https://x.example/v1?a=b&key=hollandia7"\n'),
    ("a.yaml", 'labels: ["traefik.http.middlewares.a.basicauth.users=bob:hollandia"]\n'),
    ("a.yaml", 'labels: {"traefik.http.middlewares.a.basicauth.users": "bob:hollandia,eve:hollandia"}\n'),
    ("a.tf", 'resource "local_sensitive_file" "f" {\n  filename = "x"\n  content = "hollandia"\n}\n'),
    ("a.yaml", "a: https://hooks.slack.com/services/T02/B03/hollandia\n"),
    ("a.yaml", "a: https://discord.com/api/webhooks/1/hollandia\n"),
    ("a.yaml", "a: https://outlook.office.com/webhook/hollandia/IncomingWebhook/hollandia/x\n"),
    ("a.yaml", "a: {command: [unzip, -P, hollandia, x]}\nb: {command: [7z, x, -phollandia]}\n"),
    ("a.yaml", '- guardrail_name: "g password: hollandia"\n'),
    ("a.yaml", 'steps: [{name: "run with token Hollandia77", run: x}]\n'),
    ("a.yaml", 'annotations: {description: "password: hollandia", x: y}\n'),
    ("a.yaml", 'configs: {c: {content: "password: hollandia\\n"}}\n'),
    ("a.yaml", "# db password: hollandia\na: 1\n"),
    ("a.tf", '# db password: hollandia\nlocals {\n  tags = { note = "pw: hollandia" }\n}\n'),
    ("a.json", '{"a": "password Hollandia77"}'),
    *[("Dockerfile", f"RUN {command}\n") for command in COMMANDS],
    *[(".github/workflows/a.yml", f"steps:\n  - run: |\n      {command}\n") for command in COMMANDS],
]
STAYS = [
    ("a.yaml", "a: oci://r:5000/x@sha256:ab\nb: x://h:5000@y\nc: git://u@h:80/x\nd: s3://bucket/key\n"),
    ("a.yaml", "a: https://x.example/?key=name&x=1\nb: https://x.googleapis.com/?key=${KEY}\n"),
    ("a.yaml", "a: https://hooks.slack.com/services/T000/B000/XXXXXXXX\nb: https://hooks.slack.com/services/${X}\n"),
    ("a.yaml", "a: https://discord.com/api/webhooks/{id}/{token}\n"),
    ("a.tf", 'resource "local_file" "f" {\n  content = "open"\n}\n'),
    ("a.yaml", 'a: "Enter password: "\nb: "password: required"\nc: {d: "token: the number of words"}\n'),
    ("a.yaml", 'a: "use token gpt-4o-2024"\nb: "with token sha256sum22"\nc: "PASS: mockups"\n# token limit: 4096\n'),
    ("pyproject.toml", '[tool]\ndetect-secrets = "^1.4.0"\n'),
    *[("Dockerfile", f"RUN {command}\n") for command in OTHERS],
]


@pytest.mark.parametrize(("name", "text"), PLANTS)
def test_no_plant_is_left_in_the_copy(name: str, text: str) -> None:
    kept = masked_source(text, name).text
    assert "olland" in text
    assert not any(
        word in kept for word in (":hol", "hollandia@", "=hollandia", " hollandia", "/hollandia", "Hollandia77")
    )
    assert kept.count("\n") == text.count("\n")
    assert "⟨redacted:" in kept


@pytest.mark.parametrize(("name", "text"), STAYS)
def test_what_is_no_secret_stays(name: str, text: str) -> None:
    assert masked_source(text, name).text == text


@pytest.mark.parametrize("told", ["g password: hollandia", "run with token Hollandia77", "the password is Hollandia77"])
def test_no_sentence_of_a_fact_tells_a_secret(told: str) -> None:
    assert "olland" not in json.dumps(masked_facts({"name": told}, "system"))


@pytest.mark.parametrize("told", ["use token gpt-4o", "password: required", "token limit: 4096", "PASS: mockups"])
def test_other_sentences_of_facts_stay(told: str) -> None:
    assert masked_facts({"name": told}, "system") == {"name": told}


MODULE = 'variable "plain" {\n  sensitive = true\n}\nvariable "size" {\n  sensitive = false\n}\n'


def test_what_a_sensitive_variable_is_set_to_is_in_no_copy() -> None:
    names = sensitive_variables(MODULE)
    assert names == {"plain"}
    assert sensitive_variables("variable {{{") == frozenset()
    text = 'plain = "hollandia"\nsize = "small"\n'
    assert masked_source(text, "a.tfvars").text == text
    kept = masked_source(text, "a.tfvars", sensitive=names).text
    assert kept == 'plain = "⟨redacted:secret-by-name⟩"\nsize = "small"\n'
    assert masked_source('plain = "x"\n', "locals.tf", sensitive=names).text == 'plain = "x"\n'
    assert holds_secret_objects('{"plain": "hollandia"}', "a.tfvars.json", names)
    assert not holds_secret_objects('{"size": "small"}', "a.tfvars.json", names)


@pytest.mark.parametrize("said", ["true", '"true"', '"1"'])
def test_a_variable_is_sensitive_as_terraform_takes_it(said: str) -> None:
    assert sensitive_variables(f'variable "plain" {{\n  sensitive = {said}\n}}\n') == {"plain"}
    assert sensitive_in(["a.tf.json"], lambda _: b'{"variable": {"plain": {"sensitive": %s}}}' % said.encode()) == {
        "plain"
    }
    kept = masked_source(f'variable "plain" {{\n  default = "hollandia"\n  sensitive = {said}\n}}\n', "a.tf")
    assert "hollandia" not in kept.text


@pytest.mark.parametrize("said", ["false", '"false"', '"no"', "null", "1", "[true]", '{"a": true}', '"${var.x}"'])
def test_no_other_value_makes_a_variable_sensitive(said: str) -> None:
    text = '{"variable": {"plain": {"sensitive": %s}, "sensitive": {"default": true}}}' % said  # noqa: UP031 - braces
    assert sensitive_in(["a.tf.json"], lambda _: text.encode()) == frozenset()


@pytest.mark.parametrize("path", ["m/a.tf.json", "M.TOFU.JSON"])
def test_variables_of_the_other_form_are_known(path: str) -> None:
    of_two = '{"plain": {"sensitive": true}, "size": {"sensitive": false}}'
    text = f'{{"variable": [{of_two}, {{"other": [{{"s\\u0065nsitive": true}}]}}]}}'
    assert sensitive_in([path], lambda _: text.encode()) == {"plain", "other"}
    assert sensitive_in(["a.json"], lambda _: text.encode()) == frozenset()


@pytest.mark.parametrize(
    "odd",
    ["", "[", "[]", "1", '{"variable": 1}', '{"variable": {"sensitive": 1}}', '{"variable": {"a": [[1]]}}', "\xff"],
)
def test_of_an_odd_document_no_variable_is_known_and_of_the_next_one_all_are(odd: str) -> None:
    files = {"a.tf.json": f"{odd}".encode("latin-1") + b" ", "b.tf": MODULE.encode()}
    assert sensitive_in(files, files.__getitem__) == {"plain"}


@pytest.mark.parametrize("values", ["t/terraform.tfvars", "env/prod.tfvars"])
def test_the_copy_of_a_file_of_values_knows_what_the_modules_declare_sensitive(tmp_path: Path, values: str) -> None:
    main = 'resource "aws_db_instance" "main" {\n  storage_encrypted = true\n}\n'
    root = write(tmp_path, {"t/main.tf": MODULE + main, values: 'plain = "hollandia"\nsize = "small"\n'})
    view = FolderView(root, "x")
    section = source("config", ".", provides=("security_config",))
    request = Request(
        system_id="s", source=section, view=view, prefix="", period=Period(start=AS_OF, end=AS_OF), as_of=AS_OF
    )
    gathering = Gathering(request, ("config", "1"))
    copies = {entry.path: gathering.read(entry).copy for entry in view.entries()}
    assert copies[values] == 'plain = "⟨redacted:secret-by-name⟩"\nsize = "small"\n'.encode()
    assert copies["t/main.tf"] == (MODULE + main).encode()


def test_a_row_of_assignments_in_one_long_line_ends() -> None:
    text = "password=" * 400_000
    (taken,) = assigned_in(text)
    assert (taken.start, taken.end) == (len("password="), len(text))
    assert len(assigned_in("x --password hunter2nine " * 20_000)) == 20_000


def test_the_public_mark_of_an_assembly_is_no_secret() -> None:
    text = "System.Drawing, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a"
    assert not assigned_in(text)
    assert assigned_in(text.replace("PublicKeyToken", "AccessToken"))
