"""What `tieout init` proposes: configuration by what it holds, the rest by name, and nothing that is another's."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.collecting import in_folder, problems, source, write
from support.program import tieout
from support.systems import configuration, system
from support.systems import source as source_of
from support.workbooks import rows, sheet, workbook
from tieout.collectors.config import collect
from tieout.collectors.config.products import Told, told_by
from tieout.config.load import read_config
from tieout.config.proposed import PARTS, Proposal
from tieout.config.template import Answers, render_config
from tieout.pipeline.proposals import Proposals, propose, read_told

LITELLM = "model_list:\n  - model_name: a\n    litellm_params: {model: openai/gpt-4o}\n"
ALERTS = "groups:\n  - name: g\n    rules:\n      - alert: Down\n        expr: up == 0\n"
FLAGS = '{"flags": {"off": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off"}}}'
#: Gateways of products that are not read, as their documentation shows them.
FOREIGN = {
    ("conf.json", "Portkey"): '{"plugins_enabled": ["default"], "credentials": {}, "cache": false}',
    ("gw.yaml", "MLflow AI Gateway"): (
        "endpoints:\n  - name: chat\n    endpoint_type: llm/v1/chat\n    model: {provider: openai, name: gpt-4o}\n"
    ),
    ("apisix.yaml", "Apache APISIX"): "routes:\n  - uri: /chat\n    plugins:\n      ai-proxy: {provider: openai}\n",
    ("tensorzero.toml", "TensorZero"): (
        '[models.main]\nrouting = ["a"]\n[models.main.providers.a]\ntype = "openai"\nmodel_name = "gpt-4o"\n'
    ),
    ("values.yaml", "LiteLLM within another document"): (
        "litellm:\n  proxy:\n" + "".join(f"    {line}\n" for line in LITELLM.splitlines())
    ),
}
#: Gateways of other products than LiteLLM that are read, and LiteLLM's own file in a ConfigMap.
READ = {
    ("routes.json", "portkey"): '{"strategy": {"mode": "fallback"}, "targets": [{"provider": "openai"}]}',
    ("envoy.yaml", "envoy-ai-gateway"): (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n---\n"
        "apiVersion: aigateway.envoyproxy.io/v1alpha1\nkind: AIGatewayRoute\n"
    ),
    ("kong.yaml", "kong"): (
        '_format_version: "3.0"\nservices:\n  - name: s\n    routes:\n      - name: r\n'
        "        plugins:\n          - name: ai-proxy-advanced\n            config: {}\n"
    ),
    ("plugin.yml", "kong"): "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nplugin: ai-proxy\n",
    ("cm.yaml", "litellm"): (
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  config.yaml: |\n"
        + "".join(f"    {line}\n" for line in LITELLM.splitlines())
    ),
}


def places(found: Proposals) -> dict[str, str]:
    """The first place of each part."""
    return {part: those[0].path for part, those in found.found.items()}


def others(found: Proposals) -> dict[str, tuple[str, ...]]:
    """The further places of the parts that have some."""
    return {part: tuple(one.path for one in those[1:]) for part, those in found.found.items() if len(those) > 1}


def found_in(folder: Path, files: Mapping[str, str | bytes]) -> Proposals:
    write(folder, files)
    return propose(folder)


def test_configuration_is_proposed_by_what_it_holds_wherever_it_stands(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        {
            "gateway/config.yaml": LITELLM,
            "deploy/prod/proxy.yml": LITELLM,
            "monitoring/rules/latency.yaml": ALERTS,
            "monitoring/cost.yaml": ALERTS,
            "features.json": FLAGS,
        },
    )
    assert places(found) == {
        "gateway": "gateway/config.yaml",
        "alerts": "monitoring",  # each file has some of the rules
        "flags": "features.json",
    }
    assert others(found)["gateway"] == ("deploy/prod/proxy.yml",)
    assert found.unread == {}


def test_a_usual_name_alone_is_no_configuration(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        {
            "config/gateway.yaml": "kind: Gateway\nspec: {}\n",
            "litellm.yaml": "# model_list\n",
            "alerts.yaml": "groups:\n  - name: g\n    rules:\n      - record: x\n        expr: up\n",
            "grafana/alerting.yaml": "groups:\n  - name: g\n    rules:\n      - uid: a\n        title: t\n",
            "flags.json": '{"flags": {"variants": 1, "state": 2}}',
            "docs/gateway.md": LITELLM,
        },
    )
    assert found == Proposals()


def test_a_usual_name_comes_first_among_several(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"a.yaml": LITELLM, "config/litellm.prod.yaml": LITELLM})
    assert places(found) == {"gateway": "config/litellm.prod.yaml"}
    assert others(found) == {"gateway": ("a.yaml",)}


def test_a_broken_file_with_every_sign_is_proposed_so_that_collecting_says_what_is_wrong(tmp_path: Path) -> None:
    assert places(found_in(tmp_path, {"config.yaml": LITELLM + "\tx: [\n"})) == {"gateway": "config.yaml"}


@pytest.mark.parametrize(("name", "product"), FOREIGN, ids=lambda part: part)
def test_a_gateway_of_another_product_is_told_and_not_proposed(tmp_path: Path, name: str, product: str) -> None:
    found = found_in(tmp_path, {name: FOREIGN[name, product]})
    assert (places(found), found.unread) == ({}, {name: product})
    assert read_told(tmp_path / name) == Told("gateway_config", product)


@pytest.mark.parametrize(("name", "format_"), READ, ids=lambda part: part)
def test_a_gateway_of_another_product_is_proposed_with_its_format(tmp_path: Path, name: str, format_: str) -> None:
    found = found_in(tmp_path, {name: READ[name, format_]})
    (place,) = found.found["gateway"]
    assert (list(found.found), found.unread, place.path, place.format) == (["gateway"], {}, name, format_)
    assert f"#    format: {format_}\n" in rendered(found=found.found)


@pytest.mark.parametrize(("name", "format_"), list(READ)[:4], ids=lambda part: part)
def test_the_name_of_another_products_format_is_told_with_the_right_one(
    tmp_path: Path, name: str, format_: str
) -> None:
    folder = write(tmp_path, {name: READ[name, format_]})
    gathered = in_folder(collect, folder / name, source("config", name, provides=("gateway_config",), format="litellm"))
    (told,) = problems(gathered, "unreadable")
    assert told.reason.endswith(f"and the source's format is 'litellm' (its format is '{format_}')")


def test_objects_of_a_cluster_are_proposed_with_their_folder(tmp_path: Path) -> None:
    backend = "apiVersion: aigateway.envoyproxy.io/v1alpha1\nkind: AIServiceBackend\nmetadata: {name: a}\n"
    route = READ["envoy.yaml", "envoy-ai-gateway"]
    found = found_in(tmp_path, {"deploy/gw/route.yaml": route, "deploy/gw/backends/a.yaml": backend})
    (place,) = found.found["gateway"]
    assert (list(found.found), place.path, place.format) == (["gateway"], "deploy/gw", "envoy-ai-gateway")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("kong.yaml", '_format_version: "3.0"\nplugins:\n  - name: rate-limiting\n# no ai-proxy\n'),
        ("package.json", '{"strategy": "none", "targets": ["es5"], "mode": "x"}'),
        ("mlflow.yaml", "# llm/v1/chat\nendpoints: []\n"),
        ("models.toml", '# routing, providers\n[models.a]\nname = "b"\n'),
        ("a.json", '["plugins_enabled", "credentials"]'),
        ("nothing.yaml", ""),
        ("script.py", LITELLM),
    ],
)
def test_what_only_holds_the_words_is_none_of_these(name: str, text: str) -> None:
    assert told_by(name, text.encode()) is None


MANIFEST = (
    "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: b}]\n"
)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"deploy/a.yaml": MANIFEST, "deploy/b/b.yaml": MANIFEST, "deploy/Dockerfile": "FROM a\n"}, "deploy"),
        ({"Dockerfile": "FROM a\n", "src/Dockerfile": "FROM a\n"}, "Dockerfile"),
        ({"Dockerfile": "FROM a\n", "compose.yaml": "services:\n  a: {image: b}\n"}, "compose.yaml"),
        ({"compose.override.yaml": "services:\n  a: {image: b}\n", "Dockerfile.test": "FROM a\n"}, None),
        ({"chart/deployment.yaml": MANIFEST + "{{- if .Values.x }}\n"}, None),
        ({"a.yaml": "kind: Deployment\n", "Dockerfile": "# FROM\n", "compose.yaml": "x: 1\n"}, None),
    ],
)
def test_files_that_build_or_run_containers_are_proposed(
    tmp_path: Path, files: dict[str, str], place: str | None
) -> None:
    assert places(found_in(tmp_path, files)) == ({"containers": place} if place else {})


def test_examples_tests_packages_and_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        {
            "config/gateway.yaml": LITELLM,
            "examples/litellm.yaml": LITELLM,
            "conf.example.json": FOREIGN["conf.json", "Portkey"],
            "tests/fixtures/alerts.yaml": ALERTS,
            ".git/logs/x.log": "x",
            "node_modules/records/a.yaml": "x",
            "ops/flags.json": FLAGS,
            "ops/gateway.staging.env": "x",
            "ops/litellm.env": "x",
            "logs/gateway.jsonl": "x",
            "records/drills/a.yaml": "x",
            "records/risks.yaml": "x",
            "SYSTEM_CARD.md": "x",
            "src/catalogs/readme.md": "x",
            # Data of packages, installed or copied in, and of other repositories.
            "app/__init__.py": "",
            "app/alerts.yaml": ALERTS,
            "app/data/alerts.yaml": ALERTS,
            "env/pyvenv.cfg": "x",
            "env/share/alerts.yaml": ALERTS,
            "libs/_vendor/alerts.yaml": ALERTS,
            "third_party/alerts.yaml": ALERTS,
            "mirror/.git/HEAD": "x",
            "mirror/results/a.json": "x",
            "some.dist-info/alerts.yaml": ALERTS,
        },
    )
    assert places(found) == {
        "gateway": "config/gateway.yaml",
        "flags": "ops/flags.json",
        "settings": "ops/litellm.env",
        "log": "logs",
        "records": "records",
    }
    assert set(found.found) <= set(PARTS)
    assert (found.cards, others(found), found.unread) == (("system_card",), {}, {})
    assert propose(tmp_path / "nowhere") == Proposals()


def test_nothing_outside_is_opened_and_large_files_are_left_alone(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    write(tmp_path, {"outside/gateway.yaml": LITELLM, "inside/large.yaml": LITELLM + "# x\n" * 300_000})
    (inside / "gateway.yaml").symlink_to(tmp_path / "outside" / "gateway.yaml")
    (inside / "linked").symlink_to(tmp_path / "outside")
    assert propose(inside) == Proposals(left_out=1)


def test_many_files_are_looked_through_in_seconds(tmp_path: Path) -> None:
    write(tmp_path, {f"a{index % 40}/{index}.json": '{"name": "x"}' * 50 for index in range(4_000)})
    began = time.process_time()  # what others do on the machine is not counted
    assert propose(tmp_path) == Proposals()
    assert time.process_time() - began < 10


def rendered(**found: object) -> str:
    return render_config(
        Answers(
            system_id="some-system",
            name="S",
            phase="pilot",
            risk_tier="low",
            generative=False,
            third_party=False,
            **found,
        )
    )


def test_the_written_file_names_what_was_found_and_what_cannot_be_read() -> None:
    text = rendered(
        found={
            "gateway": tuple(
                Proposal(part="gateway", path=path, provides=("gateway_config",))
                for path in ("gateway/config.yaml", *(f"deploy/{name}.yaml" for name in "abcdefg"))
            )
        },
        unread={"conf.json": "Portkey", "kong.yaml": "Kong AI Gateway"},
    )
    config, _ = read_config(text.encode(), where="tieout.yaml")
    assert [one.kind for one in config.sources] == ["git"]
    assert "found here (also found: deploy/c.yaml, deploy/d.yaml, deploy/e.yaml and 2 more);" in text
    assert [line.split()[3] for line in text.splitlines() if "found here" in line] == [
        "gateway",
        "gateway-2",
        "gateway-3",
    ]
    assert "#   conf.json: configuration of a gateway (Portkey), which this version does not read" in text
    assert "#   kong.yaml: configuration of a gateway (Kong AI Gateway)" in text


def test_no_format_is_written_for_a_gateway_that_has_none_which_fits() -> None:
    named = {"gateway": "conf.json"}
    config, _ = read_config(rendered(places=named, unread={"conf.json": "Portkey"}).encode(), where="tieout.yaml")
    assert (config.sources[1].path, config.sources[1].format) == ("conf.json", None)
    config, _ = read_config(rendered(places=named).encode(), where="tieout.yaml")
    assert config.sources[1].format == "litellm"


@pytest.mark.parametrize("format_", [None, "litellm"])
@pytest.mark.parametrize(("name", "product"), list(FOREIGN)[1:], ids=lambda part: part)
def test_a_declared_gateway_of_another_product_cannot_be_read_and_says_whose_it_is(
    tmp_path: Path, name: str, product: str, format_: str | None
) -> None:
    folder = write(tmp_path, {name: FOREIGN[name, product]})
    named = {"format": format_} if format_ else {}
    gathered = in_folder(collect, folder / name, source("config", name, provides=("gateway_config",), **named))
    (told,) = problems(gathered, "unreadable")
    assert told.reason.startswith(f"configures a gateway ({product}) in a form that this version does not read")
    assert "`format:`" not in told.reason


def test_records_are_told_by_what_they_say_and_cards_are_none(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        {
            "evidence/drills/a.md": "---\nartefact: drill_record\n---\n",
            "evidence/risks.json": '{\n  "artefact": "risk_register"\n}',
            "notes/b.yaml": "artefact: inventory\n",
            "top.yaml": "artefact: inventory\n",
            "SYSTEM_CARD.md": "---\nartefact: system_card\n---\n",
            "src/museum.yaml": "artefact: vase\n",
        },
    )
    assert places(found) == {"records": "evidence"}
    (only,) = found_in(tmp_path / "one", {"only.yaml": "artefact: inventory\n"}).found["records"]
    assert only.path == "only.yaml"


RISKS = "id,title,likelihood,severity,score,owner,status\nR-1,Leaks,2,3,6,Ann,open\n"


def test_a_list_is_proposed_by_its_columns_as_the_record_that_it_is(tmp_path: Path) -> None:
    workbook_rows = {"Risks": [line.split(",") for line in RISKS.splitlines()]}
    found = found_in(
        tmp_path,
        {
            "lists/risks.csv": RISKS,
            "lists/risks.xlsx": workbook({name: sheet(rows(table)) for name, table in workbook_rows.items()}),
            # As many columns, and none of a record's rows; or too few to tell by.
            "lists/customers.csv": "id,title,street,city,owner,status\n1,Ms,A,B,C,open\n",
            "lists/people.csv": "role,person\nreviewer,Ann\n",
            "lists/twice.csv": RISKS.replace("owner", "title"),
            "lists/empty.csv": "",
            "lists/broken.xlsx": "no workbook",
            "tests/risks.csv": RISKS,
        },
    )
    (place,) = found.found["registers"]
    assert (list(found.found), place.path, place.provides) == (["registers"], "lists", ("risk_register",))
    assert place.tables == (("risks.csv", "risk_register"), ("risks.xlsx", "risk_register"))
    config, _ = read_config(rendered(places={"registers": "lists"}, found=found.found).encode(), where="tieout.yaml")
    assert [table["path"] for table in config.sources[1].options["tables"]] == ["risks.csv", "risks.xlsx"]
    (alone,) = found_in(tmp_path / "one", {"risks.csv": RISKS}).found["registers"]
    assert (alone.path, alone.tables) == ("risks.csv", (("risks.csv", "risk_register"),))


def test_files_of_a_package_are_its_data_and_what_it_is_built_and_run_with_is_not(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/Dockerfile": "FROM a\n",
            "app/settings/alerts.yaml": ALERTS,
            "application/alerts.yaml": ALERTS,
        },
    )
    assert places(found) == {"alerts": "application/alerts.yaml", "containers": "app/Dockerfile"}


def test_terraform_and_rails_are_proposed_as_folders_since_their_files_belong_together(tmp_path: Path) -> None:
    bucket = 'resource "aws_s3_bucket_public_access_block" "a" {\n  bucket = "a"\n  block_public_acls = true\n}\n'
    assert places(found_in(tmp_path / "a", {"infra/main.tf": bucket})) == {"infrastructure": "infra"}
    assert places(found_in(tmp_path / "b", {"main.tf": bucket})) == {"infrastructure": "."}
    assert places(found_in(tmp_path / "c", {"main.tf": '# resource "aws_s3_bucket" "a" {}\n'})) == {}


def test_a_pipeline_is_proposed_where_its_forge_looks_for_it(tmp_path: Path) -> None:
    jobs = "on: push\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: pytest\n"
    assert places(found_in(tmp_path / "a", {".github/workflows/ci.yml": jobs})) == {
        "pipelines": ".github/workflows/ci.yml"
    }
    assert places(found_in(tmp_path / "b", {"copies/.github/workflows/ci.yml": jobs, ".hidden/ci.yml": jobs})) == {}


def test_what_is_too_much_is_not_opened_and_counted(tmp_path: Path) -> None:
    files = {f"big/{index}/a.yaml": "# " + "x" * 900_000 for index in range(10)}
    found = found_in(tmp_path, {**files, "ops/alerts.yaml": ALERTS})
    assert (places(found), found.left_out) == ({"alerts": "ops/alerts.yaml"}, 2)


def test_what_no_source_reads_is_noted_at_a_dry_run(tmp_path: Path) -> None:
    config = configuration(source_of("gateway", "config", "gateway/config.yaml", "gateway_config"))
    files = {"gateway/config.yaml": LITELLM, "monitoring/a.yaml": ALERTS, "logs/g.jsonl": "{}\n"}
    repository = system(tmp_path / "r", config, files)
    told = tieout("run", "--dry-run", cwd=repository.folder)
    assert told.code == 0, told.err
    assert told.err.splitlines() == [
        "note: monitoring/a.yaml looks like alert rules, and no source reads any: name it under `sources`",
        "note: logs looks like gateway log, and no source reads any: name it under `sources`",
    ]
