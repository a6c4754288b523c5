"""What watches, switches and guards, together: each format is told from all others, proposed, and read from samples."""

from pathlib import Path

import pytest

from support.collecting import in_folder, only_item, problems, source, write
from support.configurations import gather
from support.watching import COLANG, COLLECTOR, FILES, GRAFANA, LAUNCHDARKLY, UNLEASH
from tieout.collectors.config import collect
from tieout.collectors.config.readers import readers
from tieout.config.load import read_config
from tieout.config.template import Answers, render_config
from tieout.kernel.reading.documents import Document
from tieout.pipeline.proposals import propose
from tieout.syntax.cursor import Cursor

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "real"
ALL = ("alert_rules", "flag_config", "gateway_config", "guardrail_config", "telemetry_config")


@pytest.mark.parametrize("format_", FILES)
def test_a_file_is_of_one_format_whatever_it_is_called(tmp_path: Path, format_: str):
    artefact, name, text = FILES[format_]
    path = f"d/some.{name.rpartition('.')[2]}"
    files = {path: text, "d/house.co": COLANG}
    gathered = in_folder(collect, write(tmp_path, files), source("config", "d", provides=ALL))
    expected = {artefact, "gateway_config"} if format_ == "litellm-guardrails" else {artefact}
    assert {item.type for item in gathered.result.items} == expected
    assert len(gathered.result.items) == len(expected)
    named = [reader for reader in readers() if reader.name == format_]
    assert [reader.artefacts for reader in named] == [(artefact,)]


@pytest.mark.parametrize("format_", FILES)
def test_an_example_counts_as_little_as_anywhere(tmp_path: Path, format_: str):
    artefact, name, text = FILES[format_]
    stem, _, ending = name.rpartition(".")
    gathered = gather(tmp_path, text, source("config", f"{stem}.example.{ending}", provides=(artefact,)))
    assert not gathered.result.items
    commented = "\n".join(f"# {line}" for line in text.splitlines())
    if ending != "json":
        assert not gather(tmp_path, commented, source("config", name, provides=(artefact,))).result.items


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("rules.yaml", GRAFANA, ("alerts", "alert_rules", "grafana")),
        ("flags.json", UNLEASH, ("flags", "flag_config", "unleash")),
        ("flags.json", LAUNCHDARKLY, ("flags", "flag_config", "launchdarkly")),
        ("collector.yaml", COLLECTOR, ("telemetry", "telemetry_config", "otel-collector")),
        ("rules.yaml", GRAFANA.replace("isPaused: false", "isPaused: true"), None),
    ],
)
def test_what_a_new_configuration_is_told_of_a_file(tmp_path: Path, name: str, text: str, told):
    write(tmp_path, {name: text})
    found = [(part, *one.provides, one.format) for part, those in propose(tmp_path).found.items() for one in those]
    assert found == ([told] if told else [])


def test_the_format_that_was_found_is_the_one_that_is_written(tmp_path: Path):
    write(tmp_path, {"ops/rules.yaml": GRAFANA, "ops/flags.json": UNLEASH})
    found = propose(tmp_path).found
    assert [(one.path, one.format) for one in found["alerts"]] == [("ops/rules.yaml", "grafana")]
    prometheus = "groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]\n"
    write(tmp_path, {"ops/more.yaml": prometheus})
    both = propose(tmp_path).found
    assert [(one.path, one.format) for one in both["alerts"]] == [("ops", "")]
    for proposed, format_ in ((found, "grafana"), (both, None)):
        text = render_config(
            Answers(
                system_id="some-system", name="S", phase="pilot", risk_tier="low", generative=False, third_party=False,
                places={"alerts": proposed["alerts"][0].path}, found=proposed,
            )
        )  # fmt: skip
        config, _ = read_config(text.encode(), where="tieout.yaml")
        (alerts,) = [one for one in config.sources if one.name == "alerts"]
        assert alerts.format == format_


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not beside this clone")
def test_published_files_are_read_as_a_person_reads_them(tmp_path: Path):
    def facts(name: str, artefact: str):
        section = source("config", name, provides=(artefact,))
        return only_item(gather(tmp_path, (SAMPLES / name).read_text(encoding="utf-8"), section)).facts

    (rule,) = facts("grafana-alerting.yml", "alert_rules")["rules"]
    assert (rule["name"], rule["can_fire"], rule["metrics"], rule["route"]) == (
        "CartAddItemHighLatency", True, ["http_server_request_duration_seconds_bucket"], "grafana-default-email",
    )  # fmt: skip
    rows = {row["name"]: row for row in facts("otelcol-config.yml", "telemetry_config")["pipelines"]}
    assert rows["traces"]["redacted"] == ["demo.payment.card_cvv", "demo.payment.card_number", "user.email"]
    assert {row["kept"] for row in rows.values()} == {False}  # everything only goes to the screen
    assert (rows["logs"]["redacts"], rows["profiles"]["thinned"]) == (False, True)
    guards = facts("litellm-otel_test_config.yaml", "guardrail_config")["guardrails"]
    assert [guard["always_on"] for guard in guards] == [False] * 6


def test_several_documents_of_one_file_are_read_with_their_own_lines(tmp_path: Path):
    text = f"{COLLECTOR}---\n{COLLECTOR}"
    gathered = gather(tmp_path, text, source("config", "collector.yaml", provides=("telemetry_config",)))
    item = only_item(gathered)
    first, second = item.lines["/pipelines/0/name"], item.lines["/pipelines/3/name"]
    assert second - first == len(COLLECTOR.splitlines()) + 1
    assert [problem.place.line for problem in problems(gathered)] == [3, 3 + len(COLLECTOR.splitlines()) + 1]


def test_a_cursor_takes_only_what_is_of_the_kind_that_is_asked_for():
    document = Document({"a": {"b/c": [1, {"d": " x "}]}, "t": "false", "n": 10**400}, {"": 1, "/a": 2, "/a/b~1c": 3})
    top = Cursor.top(document)
    listed = top.down("a", "b/c")
    assert (listed.pointer, listed.line, listed.key) == ("/a/b~1c", 3, "b/c")
    assert [one.value for one in listed.elements()] == [1, {"d": " x "}]
    assert [one.down("d").text for one in listed.rows()] == ["x"]
    assert next(listed.rows()).line == 3  # that of the nearest value above
    assert (top.down("t").truth, top.down("n").number, top.down("a").text) == (None, None, None)
    missing = top.down("a", "x", "y")
    assert (missing.value, missing.texts, list(missing.members()), list(missing.elements())) == (None, (), [], [])
    assert top.first("x", "t").key == "t"
