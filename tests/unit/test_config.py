"""tieout.yaml: what it takes, how a fault is told, and that the template that `init` writes loads."""

from typing import Any

import pytest
import yaml

from support.systems import configuration
from tieout.assess.limits import fault as limit_fault
from tieout.config.criteria import LIMIT_AREAS, parse_limit
from tieout.config.load import MAX_SOURCES, read_config
from tieout.config.proposed import Proposal
from tieout.config.template import AREAS, OPEN, Answers, render_config
from tieout.kernel.errors import ConfigError


def answers(name: str = "Some", **more: Any) -> Answers:
    """The least that must be answered."""
    least = {"phase": "pilot", "risk_tier": "low", "generative": False, "third_party": False}
    return Answers(system_id="some-system", name=name, **{**least, **more})


def loaded(**sections: object) -> None:
    read_config(yaml.safe_dump(configuration(**sections)).encode(), where="tieout.yaml")


@pytest.mark.parametrize("period", ["P90D", "P1Y", "PT48H", "P3M"])
def test_a_period_reaches_back(period: str) -> None:
    loaded(period=period)


@pytest.mark.parametrize("period", ["P0D", "-P90D", "P9999999Y", "90 days", "", "2026-01-01/2026-02-01"])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(ConfigError, match="period: write a duration such as P90D"):
        loaded(period=period)


def test_a_misspelt_field_is_told_before_what_it_leaves_missing() -> None:
    config = configuration()
    config["system"]["phse"] = config["system"].pop("phase")
    with pytest.raises(ConfigError) as caught:
        read_config(yaml.safe_dump(config, sort_keys=False).encode(), where="tieout.yaml")
    assert caught.value.message == "system.phse: is not a field here; is 'phase' meant?"
    assert caught.value.where == "tieout.yaml:10"
    assert caught.value.__notes__ == ["tieout.yaml:2: system.phase: is missing"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"owner": {}}, "owner: is not a field here; is 'owners' meant?"),
        ({"xyz": 1}, "xyz: is not a field here; known: acceptance_criteria, owners, period, repository, "),
        ({"retention": {"rule": []}}, "retention.rule: is not a field here; is 'rules' meant?"),
        (
            {"period": {"start": "2026-01-01", "ende": ""}},
            "period.ende: is not a field here; is 'end' meant?",
        ),
        ({"retention": {"hold": {"idd": "x"}}}, "retention.hold.idd: is not a field here; is 'id' meant?"),
        ({"roles": [{"role": "x", "persn": "y"}]}, "roles.0.persn: is not a field here; is 'person' meant?"),
    ],
)
def test_a_field_that_is_none_is_told_with_the_nearest(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(**change)
    assert caught.value.message.startswith(told)


def test_a_criterion_with_a_misspelt_field() -> None:
    one = {"id": "C", "area": "cost", "statement": "x", "measured_by": {"telemtry": "cost_usd"}}
    with pytest.raises(ConfigError, match=r"measured_by\.telemtry: is not a field here; is 'telemetry' meant\?"):
        loaded(acceptance_criteria=[one])


def test_a_long_value_is_cut_in_the_message() -> None:
    config = configuration()
    config["system"]["phase"] = "x" * 500
    with pytest.raises(ConfigError) as caught:
        read_config(yaml.safe_dump(config).encode(), where="tieout.yaml")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", ["plain", 'with "quotes"', "a: b # c", "{x} %s", "- dash", "Ünïcødé", "\ud800"])
def test_the_template_loads_whatever_the_answers_are(name: str) -> None:
    text = render_config(answers(name, purpose=name, owner=(name, name), owners={"budget": (name, name)}))
    config, _ = read_config(text.encode(), where="tieout.yaml")
    shown = name.replace("\ud800", "?")
    assert (config.system.name, config.system.purpose, config.owners.budget.deputy) == (shown, shown, shown)
    assert (config.roles[0].role, config.roles[0].person, config.roles[0].deputy) == ("system_owner", shown, shown)


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", "a\u202eb", "a\u2028b"])
def test_a_name_that_could_forge_a_line_is_refused(name: str) -> None:
    for given in (answers(name), answers(owners={"budget": (name, "")}), answers(places={"log": name})):
        with pytest.raises(ConfigError):
            render_config(given)


def test_what_is_not_answered_stays_open() -> None:
    config, _ = read_config(render_config(answers()).encode(), where="tieout.yaml")
    assert (config.system.purpose, config.system.owner) == (OPEN, OPEN)
    assert [getattr(config.owners, area).person for area in AREAS] == [None] * 5
    assert config.acceptance_criteria == ()
    assert [(role.role, role.person) for role in config.roles] == [("system_owner", OPEN)]
    assert [source.kind for source in config.sources] == ["git"]


def test_the_commented_examples_of_the_template_fit() -> None:
    """Whoever takes a `#` away gets what the comment promises."""
    lines = render_config(answers()).splitlines()
    opened = [line[1:] if line.startswith("#  ") else line for line in lines]
    text = "\n".join(opened)
    text = text.replace("acceptance_criteria: []", "acceptance_criteria:").replace("  hold: null", "")
    config, _ = read_config(text.encode(), where="tieout.yaml")
    assert [source.kind for source in config.sources] == ["git", *["config"] * 5, "log", "results", "records"]
    assert [criterion.area for criterion in config.acceptance_criteria] == list(LIMIT_AREAS)
    assert [limit_fault(criterion) for criterion in config.acceptance_criteria] == [None] * 6
    assert config.roles[1].role == "chief_risk_officer"
    assert config.retention.hold is not None


def test_what_is_answered_becomes_sources_criteria_and_retention() -> None:
    places = {"gateway": "deploy/gw.yaml", "log": "../logs", "records": "../elsewhere"}
    text = render_config(
        answers(
            places=places,
            found={"alerts": (Proposal(part="alerts", path="ops/alerts.yaml"),)},
            cards=("system_card",),
            criteria=(parse_limit("accuracy", "triage >= 0.9 /400 by Ann"),),
            retention=("eu-aia-18",),
        )
    )
    config, _ = read_config(text.encode(), where="tieout.yaml")
    by_name = {source.name: source for source in config.sources}
    assert list(by_name) == ["application", "gateway", "gateway-log", "records"]
    assert (by_name["gateway"].path, by_name["gateway"].inside) == ("deploy/gw.yaml", "application")
    assert (by_name["gateway-log"].path, by_name["gateway-log"].inside) == ("../logs", None)
    assert (by_name["records"].path, by_name["records"].inside) == ("../elsewhere", None)
    assert "system_card" in by_name["application"].declared
    (criterion,) = config.acceptance_criteria
    assert (criterion.limit, criterion.min_n, criterion.owner) == (0.9, 400, "Ann")
    assert config.retention.rules == ("eu-aia-18",)
    # What was only found is a proposal, in a comment.
    assert "#  - name: alerts   # found here" in text
    assert "ops/alerts.yaml" in text


def test_paths_inside_are_from_the_top_of_the_repository() -> None:
    text = render_config(answers(repository="..", places={"gateway": "../config/gw.yaml", "records": "../../kept"}))
    config, _ = read_config(text.encode(), where="tieout.yaml")
    assert [(one.path, one.inside) for one in config.sources[1:]] == [
        ("config/gw.yaml", "application"),
        ("../../kept", None),
    ]


def said(line: str, area: str) -> tuple[object, ...]:
    one = parse_limit(area, line)
    named = one.measured_by
    what = (named.telemetry or f"{named.evaluation}:{named.metric}") if named else one.statement
    return what, one.operator, one.limit, one.unit, one.min_n, one.owner


@pytest.mark.parametrize(
    ("area", "line", "expected"),
    [
        ("accuracy", "triage=0.90/400", ("triage:accuracy", ">=", 0.9, "share", 400, None)),
        ("accuracy", "ns/triage:f1 > 0.8 score", ("ns/triage:f1", ">", 0.8, "score", None, None)),
        ("latency", "4000", ("latency_p95_ms", "<=", 4000.0, "ms", None, None)),
        ("latency", "p99 ≤ 9000 /50 by Ann Ode", ("latency_p99_ms", "<=", 9000.0, "ms", 50, "Ann Ode")),
        ("latency", "error rate < 0.02", ("error_rate", "<", 0.02, "share of requests", None, None)),
        ("cost", "50 USD/day /1000", ("cost_usd_per_day", "<=", 50.0, "USD/day", 1000, None)),
        ("cost", "cost_usd <= 900", ("cost_usd", "<=", 900.0, "USD per period", None, None)),
        ("security", "0.99 /10", ("identity_share", ">=", 0.99, "share of requests", 10, None)),
        ("security", "eval:injection >= 0.95", ("injection:accuracy", ">=", 0.95, "share", None, None)),
        ("compliance", "open findings = 0 findings", ("Open findings.", "==", 0.0, "findings", None, None)),
        ("ownership", "posts vacant > 10 days <= 1 posts", ("Posts vacant > 10 days.", "<=", 1.0, "posts", None, None)),
    ],
)
def test_a_limit_in_a_line(area: str, line: str, expected: tuple[object, ...]) -> None:
    assert said(line, area) == expected


@pytest.mark.parametrize("area", LIMIT_AREAS)
def test_the_example_of_each_area_is_a_limit_that_can_judge(area: str) -> None:
    criterion = parse_limit(area, LIMIT_AREAS[area].example)
    assert (criterion.area, limit_fault(criterion)) == (area, None)


@pytest.mark.parametrize(
    ("area", "line", "words"),
    [
        ("accuracy", "0.9", "does not say of what"),
        ("accuracy", "triage", "is not a limit"),
        ("accuracy", "triage >= 0,90", "is not a limit"),
        ("accuracy", "triage >= 1.2.3", "is not a limit"),
        ("accuracy", "triage >= -1", "is not a limit"),
        ("accuracy", "triage >= nan", "is not a limit"),
        ("accuracy", "eval: >= 0.9", "does not name the evaluation"),
        ("accuracy", "triage >= 0.9 /0", "begins at 1"),
        ("accuracy", "triage >= 0.9 /99999999999999999999", "begins at 1"),
        ("latency", "speed <= 9", "'speed' is not a figure of the log"),
        ("compliance", "0", "does not say of what"),
        ("compliance", "", "is not a limit"),
    ],
)
def test_what_is_no_limit(area: str, line: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_limit(area, line)


@pytest.mark.parametrize(
    "path",
    [
        "https://oauth2:glZQ01tok3nvalue99@gitlab.example/g/r.git",
        "ssh://git@host.example/r",
        "file:///srv/r",
        "git@host.example:g/r.git",
    ],
)
def test_a_path_that_is_an_address_is_refused_and_not_repeated(path: str) -> None:
    """Packets name the path of each source; a token in it would stand on every page."""
    text = render_config(answers(places={"log": "../logs"})).replace("../logs", path)
    with pytest.raises(ConfigError) as caught:
        read_config(text.encode(), where="tieout.yaml")
    assert "is an address; name a folder or a file" in str(caught.value)
    assert "glZQ01tok3nvalue99" not in f"{caught.value} {caught.value.where} {caught.value.hint}"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("../" + "r" * 256, "holds a name of 256 bytes; no file or folder has one of more than 255"),
        ("../" + "ü" * 128, "holds a name of 256 bytes"),
        ("rr/" * 1366, "is 4,098 bytes long; no path can be longer than 4,095"),
    ],
)
def test_a_path_that_no_file_can_have_is_told_by_its_line_and_field(path: str, words: str) -> None:
    lines = render_config(answers(places={"log": "../logs"})).replace("../logs", path).splitlines()
    [at] = [number for number, line in enumerate(lines, start=1) if path in line]
    with pytest.raises(ConfigError, match=words) as caught:
        read_config("\n".join(lines).encode(), where="tieout.yaml")
    assert caught.value.where == f"tieout.yaml:{at}"
    assert caught.value.message.startswith("sources.")
    assert len(str(caught.value)) < 300


def test_the_longest_name_that_a_file_can_have_is_taken() -> None:
    text = render_config(answers(places={"log": "../logs"})).replace("../logs", "r" * 255)
    config, _ = read_config(text.encode(), where="tieout.yaml")
    assert "r" * 255 in [source.path for source in config.sources]


def test_more_sources_than_anybody_has_are_refused_at_the_first_that_is_too_many() -> None:
    config = configuration(*({"name": f"s{n}", "kind": "log", "path": "logs"} for n in range(MAX_SOURCES)))
    lines = yaml.safe_dump(config, sort_keys=False).splitlines()
    with pytest.raises(ConfigError, match=r"sources\.1000: holds 1,001 sources; at most 1,000 are read") as caught:
        read_config("\n".join(lines).encode(), where="tieout.yaml")
    first_too_many = lines.index(f"- name: s{MAX_SOURCES - 1}") + 1
    assert caught.value.where == f"tieout.yaml:{first_too_many}"
    assert not hasattr(caught.value, "__notes__")
    config["sources"].pop()
    read_config(yaml.safe_dump(config).encode(), where="tieout.yaml")


def test_a_source_inside_what_is_no_git_source_is_told_with_its_line_and_field() -> None:
    config = configuration(
        {"name": "gateway", "kind": "config", "path": "g.yaml", "inside": "applicaton", "provides": ["gateway_config"]}
    )
    lines = yaml.safe_dump(config, sort_keys=False).splitlines()
    with pytest.raises(ConfigError, match=r"inside: is 'applicaton'; expected the name of a git source") as caught:
        read_config("\n".join(lines).encode(), where="tieout.yaml")
    assert caught.value.where == f"tieout.yaml:{1 + next(n for n, line in enumerate(lines) if 'applicaton' in line)}"
