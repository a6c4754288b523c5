"""The configuration collector: which files count, by their place, their format and what is declared."""

from pathlib import Path

import pytest

from support.collecting import AS_OF, in_folder, in_git, only_item, problems, source, write
from support.configurations import FLAGS, GATEWAY, config, gather
from support.git_repositories import Repository
from tieout.collectors.config import collect
from tieout.collectors.config.field_map import field_maps
from tieout.domain.artefacts import ARTEFACTS

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "real"


def test_a_file_of_two_formats_is_unreadable(tmp_path: Path):
    gathered = in_folder(collect, write(tmp_path, {"d/gateway.yaml": GATEWAY + FLAGS}), config(path="d"))
    (problem,) = problems(gathered)
    assert (problem.status, problem.reason) == (
        "unreadable",
        "looks like flagd and litellm at once (keep each in a file of its own)",
    )


@pytest.mark.parametrize("content", ["", "# model_list:\n#   - model_name: x\n", "{}\n"])
def test_an_empty_or_commented_file_configures_nothing(tmp_path: Path, content: str):
    gathered = gather(tmp_path, content)
    assert not gathered.result.items
    assert [problem.status for problem in problems(gathered)] == ["absent"]


def test_a_gateway_without_routes_is_no_gateway(tmp_path: Path):
    gathered = gather(tmp_path, "litellm_settings: {cache: true}\n", config(format="litellm"))
    (problem,) = problems(gathered)
    assert (problem.status, problem.reason) == ("absent", "configures no routes")


@pytest.mark.parametrize(
    "path",
    [
        "gateway.example.yaml",
        "examples/gateway.yaml",
        "templates/gateway.yaml",
        "tests/gateway.yaml",
        "gateway.yaml.j2",
        "sandbox/deprecated/gateway-DO-NOT-USE.yaml",
        "staging/gateway-dev.yaml",
        "archive/old/gateway.yaml.bak.yaml",
        "docs/staging/gateway.yaml",
    ],
)
def test_a_named_file_that_is_no_live_configuration_does_not_count(tmp_path: Path, path: str):
    gathered = gather(tmp_path, GATEWAY, config(path=path))
    assert not gathered.result.items
    assert [problem.status for problem in problems(gathered)].count("not-counted") == 1
    assert not problems(gathered, "unreadable")


def test_what_does_not_count_by_its_path_says_by_which_word_and_what_to_do(tmp_path: Path):
    section = config(path="staging")
    gathered = in_folder(collect, write(tmp_path, {"staging/a/gateway.yaml": GATEWAY}), section)
    (problem,) = problems(gathered, "not-counted")
    assert problem.reason == (
        "is of another environment than production by its path ('staging'; if it is live, move or rename it), "
        "not configuration"
    )
    archived = in_folder(collect, write(tmp_path, {"x/old/gateway.yaml": GATEWAY}), config(path="x"))
    assert [problem.reason for problem in problems(archived, "not-counted")] == [
        "is an archive or an old copy by its path ('old'; if it is in use, move or rename it), not configuration"
    ]


def test_in_a_folder_only_the_live_files_of_a_known_format_count(tmp_path: Path):
    files = {
        "deploy/gateway.yaml": GATEWAY.replace(", gone", ""),
        "deploy/gateway.example.yaml": GATEWAY,
        "deploy/tests/gateway.yaml": GATEWAY,
        "deploy/docs/gateway.yaml": GATEWAY,
        "deploy/other.yaml": "kind: Deployment\nspec: {strategy: {type: Recreate}}\n",
        "deploy/README.md": "model_list:\n",
    }
    gathered = in_folder(collect, write(tmp_path, files), config(path="deploy"))
    assert only_item(gathered).provenance.path == "deploy/gateway.yaml"
    assert [problem.reason for problem in problems(gathered)] == [
        "is documentation, not configuration",
        "is an example, not configuration",
        "is a test or its fixture, not configuration",
    ]


def test_a_broken_file_in_a_folder_spoils_only_what_it_may_have_been(tmp_path: Path):
    section = source("config", "deploy", provides=("gateway_config", "alert_rules"))
    files = {"deploy/gateway.yaml": GATEWAY, "deploy/alerts.yaml": "groups: [\n", "deploy/litellm-b.yaml": "x: ["}
    gathered = in_folder(collect, write(tmp_path, files), section)
    unreadable = {problem.place.path: problem.types for problem in problems(gathered, "unreadable")}
    assert unreadable == {"deploy/alerts.yaml": ("alert_rules",), "deploy/litellm-b.yaml": ("gateway_config",)}


def test_an_artefact_that_is_not_declared_does_not_count(tmp_path: Path):
    gathered = gather(tmp_path, GATEWAY, config("alert_rules"))
    assert {(problem.status, problem.types) for problem in problems(gathered)} == {
        ("not-counted", ("gateway_config",)),
        ("absent", ("alert_rules",)),
    }


@pytest.mark.parametrize(
    ("content", "section", "part"),
    [
        ("cache: true\n", config(), "none of those that are recognised"),
        (GATEWAY, config(format="envoy"), "format 'envoy' is not known"),
        ("model_list: [\n", config(), "is not valid YAML"),
        ("- a\n", config(format="litellm"), "top level is no mapping"),
        ("x", config(path="gateway.txt"), "is none of YAML"),
    ],
)
def test_what_cannot_be_read_says_why_and_which_artefact_is_missing(tmp_path: Path, content, section, part: str):
    (problem,) = problems(gather(tmp_path, content, section))
    assert (problem.status, problem.types) == ("unreadable", ("gateway_config",))
    assert part in problem.reason


def test_every_field_map_names_fields_of_its_artefact():
    for field_map in field_maps().values():
        model = ARTEFACTS[field_map.artefact]
        assert set(field_map.fields) <= set(model.model_fields)
        row = model.model_fields[field_map.rows.field].annotation.__args__[0]
        assert set(field_map.rows.fields) <= set(row.model_fields)


def test_in_git_it_speaks_of_the_assessed_commit_and_outside_of_the_as_of_time(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"gateway.yaml": GATEWAY})
    repository.commit("two", {"README.md": "x"})
    inside = only_item(in_git(collect, repository, config(inside="repo"), prefix="gateway.yaml"))
    assert inside.effective.end.isoformat() == "2026-01-02T00:00:00+00:00"
    outside = only_item(gather(tmp_path / "f", GATEWAY))
    assert (outside.effective.end, outside.effective.basis) == (AS_OF, "as read; not under version control")


def test_a_key_written_into_the_file_is_masked(tmp_path: Path):
    key = "sk-ant-api03-" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1cD2eF3gH4" * 2 + "-AAAAAAAA"
    gathered = gather(tmp_path, GATEWAY.replace("os.environ/OPENAI_API_KEY", key))
    assert key not in only_item(gathered).model_dump_json()
    assert key.encode() not in b"".join(gathered.copies.values())
    assert only_item(gathered).redactions[0].line == 5


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not beside this clone")
@pytest.mark.parametrize(
    ("name", "artefact", "rows"),
    [
        ("litellm-dev_config.yaml", "gateway_config", 40),
        ("litellm-enterprise_config.yaml", "gateway_config", 1),
        ("litellm-load_balancer.yaml", "gateway_config", 4),
        ("litellm-oai_misc_config.yaml", "gateway_config", 5),
        ("litellm-otel_test_config.yaml", "gateway_config", 7),
        ("litellm-spend_tracking_config.yaml", "gateway_config", 1),
        ("prometheus-litellm-alerts.yml", "alert_rules", 3),
    ],
)
def test_published_configurations_are_read_whole(tmp_path: Path, name: str, artefact: str, rows: int):
    live = name.replace("-dev_", "-")  # its own name says that it is no production's
    gathered = in_folder(collect, write(tmp_path, {live: (SAMPLES / name).read_bytes()}), config(artefact, live))
    facts = only_item(gathered).facts
    assert len(facts.get("routes") or facts.get("rules")) == rows
    assert "budget_usd" not in facts
    assert not [problem for problem in problems(gathered) if artefact in problem.types]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not beside this clone")
def test_an_example_with_rate_limits_beside_a_live_file_without_gives_nothing():
    live = in_folder(collect, SAMPLES, config(path="portkey-conf.json"))
    example = in_folder(collect, SAMPLES, config(path="portkey-conf.example.json"))
    assert not live.result.items
    assert not example.result.items
    assert [problem.status for problem in problems(live)] == ["absent", "not-counted"]
    assert "no routes" in problems(live, "not-counted")[0].reason
    assert "is an example, not configuration" in [problem.reason for problem in problems(example)]
