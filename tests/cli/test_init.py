"""`tieout init`: flags, questions with a way back, and that every answer is checked as it is given."""

from pathlib import Path

import pytest

from support.program import fails, tieout
from support.terminal import CTRL_C, CTRL_D, on_a_terminal, plain
from tieout.config.load import read_config
from tieout.config.proposed import PARTS
from tieout.config.template import AREAS

KNOWN = ("--phase", "pilot", "--risk-tier", "low", "--generative", "--no-third-party")


def test_init_takes_flags_and_the_file_loads(tmp_path: Path) -> None:
    flags = (
        *("--id", "my-system", "--name", "My: #1 'system'", "--purpose", 'It "helps".', "--owner", "Ann/Bea"),
        *("--phase", "production", "--risk-tier", "high", "--no-generative", "--third-party"),
        *("--repository", "..", "--yes"),
        *("--owns", "operations=Ola Nordmann/Kari Nordmann", "--owns", "budget=Bo"),
        *("--source", "log=../logs", "--accuracy", "triage=0.90/400", "--latency", "4000", "--retain", "eu-aia-18"),
        *("--cost", "50 USD/day /1000 by Bo", "--security", "eval:injection >= 0.95 share /200"),
        *("--compliance", "open findings == 0 findings", "--ownership", "vacant posts <= 1 posts"),
    )
    answer = tieout("init", *flags, cwd=tmp_path)
    assert answer.code == 0, answer.err
    config, _ = read_config((tmp_path / "tieout.yaml").read_bytes(), where="tieout.yaml")
    assert (config.system.id, config.system.name) == ("my-system", "My: #1 'system'")
    assert (config.system.purpose, config.system.owner) == ('It "helps".', "Ann")
    assert (config.system.phase, config.system.risk_tier) == ("production", "high")
    assert (config.owners.operations.person, config.owners.operations.deputy) == ("Ola Nordmann", "Kari Nordmann")
    assert (config.owners.budget.person, config.owners.budget.deputy) == ("Bo", None)
    assert config.owners.governance.person is None
    assert (config.system.generative, config.system.third_party) == (False, True)
    assert [(role.role, role.person, role.deputy) for role in config.roles] == [("system_owner", "Ann", "Bea")]
    assert [source.path for source in config.sources] == ["..", "../logs"]
    assert [
        (one.area, one.operator, one.limit, one.unit, one.min_n, one.owner) for one in config.acceptance_criteria
    ] == [
        ("accuracy", ">=", 0.9, "share", 400, None),
        ("latency", "<=", 4000, "ms", None, None),
        ("cost", "<=", 50, "USD/day", 1000, "Bo"),
        ("security", ">=", 0.95, "share", 200, None),
        ("compliance", "==", 0, "findings", None, None),
        ("ownership", "<=", 1, "posts", None, None),
    ]
    assert config.retention.rules == ("eu-aia-18",)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--owner", "the ML team/Bo Lee"), ("--owner", "'the ML team' is a body")),
        (("--owns", "budget=Lea Roth/Lea Roth"), ("--owns budget", "may be one person")),
        (("--accuracy", "triage=0.90/400 by Nina Falk/Omar Haddad"), ("--accuracy", "more than one name")),
    ],
)
def test_init_refuses_names_that_could_never_count(
    tmp_path: Path, flags: tuple[str, ...], words: tuple[str, ...]
) -> None:
    fails(tieout("init", "--yes", *KNOWN, *flags, cwd=tmp_path), 2, *words)
    assert not (tmp_path / "tieout.yaml").exists()


def test_init_refuses_to_overwrite(tmp_path: Path) -> None:
    (tmp_path / "tieout.yaml").write_text("mine")
    fails(tieout("init", "--yes", cwd=tmp_path), 2, "tieout.yaml", "--force")
    assert (tmp_path / "tieout.yaml").read_text() == "mine"
    assert tieout("init", "--yes", "--force", *KNOWN, cwd=tmp_path).code == 0
    assert (tmp_path / "tieout.yaml").read_text() != "mine"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--phase", "beta"), ("system.phase", "'beta'", "'pilot'")),
        (("--risk-tier", "huge"), ("risk_tier", "'huge'")),
        (("--id", "Not a slug"), ("system.id",)),
        (("--owns", "kitchen=Ann"), ("kitchen", "operations")),
        (("--source", "kitchen=x"), ("kitchen", "gateway")),
        (("--accuracy", "0.9"), ("--accuracy", "does not say of what", "triage >= 0.90")),
        (("--accuracy", "triage <= 0.9"), ("--accuracy", "points the wrong way")),
        (("--latency", "fast"), ("--latency", "'fast'", "4000 ms")),
        (("--latency", "4000 s"), ("--latency", "its unit is 's'")),
        (("--cost", "p95 <= 50"), ("--cost", "does not measure cost")),
        (("--security", "0.99 /0"), ("--security", "begins at 1")),
        (("--compliance", "0"), ("--compliance", "does not say of what")),
        (("--source", "gateway=https://t0ken@host.example/x"), ("sources.1.path", "is an address")),
        (("--repository", "/srv/app"), ("sources.0.path", "is an absolute path")),
        (("--retain", "us-nara-grs-3.1-04"), ("us-nara-grs-3.1-04", "3.1-040")),
        (("--config", "no/such/folder/tieout.yaml"), ("no/such/folder", "no such file")),
    ],
)
def test_init_refuses_what_does_not_fit(tmp_path: Path, flags: tuple[str, ...], words: tuple[str, ...]) -> None:
    fails(tieout("init", "--yes", *KNOWN, *flags, cwd=tmp_path), 2, *words)
    assert list(tmp_path.iterdir()) == []


def test_init_asks_on_a_terminal(tmp_path: Path) -> None:
    """Each question once; what does not fit is asked again; an empty answer takes the proposal or stays open."""
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "risks.yaml").write_text("x")
    (tmp_path / "MODEL_CARD.md").write_text("x")
    answers = (
        *("NOT OK", "asked-for", "Asked for", "To be asked.", "Ann/Bea"),
        *("beta", "production", "", "high", "yes", "no"),
        *("Ola/Kari", "", "", "", ""),
        *("/srv/gw.yaml", "deploy/gw.yaml", "", "", "", "", "../logs", "", ""),  # the last takes the folder proposed
        "yes",  # the card counts
        *("triage <= 0.9", "triage >= 0.90 /400", "Ivy"),
        *("4000", ""),  # the owner of operations is proposed
        *("", "0.99 share /1000 by Bo", "open findings == 0 findings", "-", "-"),
        *("nonsense", "?", "eu-aia-18"),
    )
    code, shown = on_a_terminal("init", cwd=tmp_path, answers=[f"{answer}\n" for answer in answers])
    assert code == 0, shown
    assert plain(shown).count("That does not fit") == 6
    for told in (
        "expected small letters, digits and hyphens",
        "one of pilot, production",
        "is an absolute path; write it relative to tieout.yaml",
        "such as config/gateway.yaml",
        "points the wrong way",
        "'nonsense' is not a rule",
        "eu-aia-18: provider of high-risk AI; technical documentation and QMS; 10 years",
    ):
        assert told in plain(shown), told
    config, _ = read_config((tmp_path / "tieout.yaml").read_bytes(), where="tieout.yaml")
    assert (config.system.id, config.system.purpose, config.system.owner) == ("asked-for", "To be asked.", "Ann")
    assert (config.system.phase, config.system.risk_tier) == ("production", "high")
    assert (config.system.generative, config.system.third_party) == (True, False)
    assert (config.roles[0].role, config.roles[0].person, config.roles[0].deputy) == ("system_owner", "Ann", "Bea")
    assert (config.owners.operations.person, config.owners.operations.deputy) == ("Ola", "Kari")
    assert config.owners.budget.person is None
    assert [source.path for source in config.sources] == [".", "deploy/gw.yaml", "../logs", "records"]
    assert config.sources[0].declared[-1] == "system_card"
    assert [(one.area, one.limit, one.owner) for one in config.acceptance_criteria] == [
        ("accuracy", 0.9, "Ivy"),
        ("latency", 4000, "Ola"),
        ("security", 0.99, "Bo"),
        ("compliance", 0, None),
    ]
    assert config.retention.rules == ("eu-aia-18",)


def test_a_way_back(tmp_path: Path) -> None:
    """`<` takes an answer back, and the one before it; a limit that was begun can be dropped."""
    known = (*KNOWN, *(f"--owns={area}=Ann" for area in AREAS), *(f"--source={part}={part}" for part in PARTS))
    answers = (
        *("first", "First", "<", "<", "second", "Second", "", ""),
        *("triage >= 0.9", "<", "-", "<", "recall >= 0.8", "Bo", "", "", "", "", "", ""),
    )
    code, shown = on_a_terminal("init", *known, cwd=tmp_path, answers=[f"{answer}\n" for answer in answers])
    assert code == 0, shown
    config, _ = read_config((tmp_path / "tieout.yaml").read_bytes(), where="tieout.yaml")
    assert (config.system.id, config.system.name) == ("second", "Second")
    (criterion,) = config.acceptance_criteria
    assert criterion.measured_by is not None
    assert (criterion.measured_by.evaluation, criterion.limit, criterion.owner) == ("recall", 0.8, "Bo")


def test_options_are_checked_before_anybody_is_asked(tmp_path: Path) -> None:
    code, shown = on_a_terminal("init", "--source", "log=/var/log", cwd=tmp_path)
    assert code == 2
    assert "is an absolute path" in plain(shown)
    assert "Short name" not in plain(shown)


def test_the_help_fits_an_80_column_terminal_and_cuts_no_word(tmp_path: Path) -> None:
    code, shown = on_a_terminal("init", "--help", cwd=tmp_path)
    assert code == 0
    assert [line for line in plain(shown).splitlines() if len(line) > 80] == []
    for option in ("--owns AREA=PERSON/DEPUTY ", "--third-party / --no-third-party ", "--ownership LIMIT "):
        assert option in plain(shown)


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_leaving_at_a_question(tmp_path: Path, key: str) -> None:
    code, shown = on_a_terminal("init", cwd=tmp_path, answers=["ok\n", key])
    assert code == 130
    assert "tieout: stopped" in plain(shown)
    assert "Traceback" not in shown
    assert list(tmp_path.iterdir()) == []
