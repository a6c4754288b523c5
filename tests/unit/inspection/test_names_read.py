"""Names that a repository wrote itself and that its programs read, as many and as long as it likes."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import groups_of

TOPICS = ("access", "gateway", "monitoring", "privacy")
LONG = "X" * 400
#: As many as fit into a file that is still read, and as many files as make a pattern of all of them too large.
MANY = 550
FILES = 4


def _long(nth: int) -> str:
    return f"V{nth:05}{LONG}"


def _settings(written: str) -> dict[str, str]:
    """Files of settings, each with names of its own."""
    return {
        f"{'abcd'[part]}.env": "".join(written.replace("NAME", _long(MANY * part + nth)) + "\n" for nth in range(MANY))
        for part in range(FILES)
    }


#: What each of the readings looks for: settings or code with names of their own, thousands of them and long ones.
HOSTILE = {
    "keys of routes": {
        f"routes{part}.yaml": "".join(
            f"r{nth}:\n  model: one\n  {part}{nth:05}{'_' * 400}-fallback_models: [two]\n" for nth in range(400)
        )
        for part in range(FILES)
    },
    "empty limits": {
        **_settings("NAME_RATE_LIMIT="),
        "limit.py": "def check(used: int, limit: int) -> None:\n    if used >= limit:\n"
        '        raise HTTPException(status_code=429, detail="too many")\n',
    },
    "switches of telemetry": {
        **_settings("NAME_TRACING_ENABLED=false"),
        "tracing.py": "from prometheus_client import Counter, start_http_server\n\nstart_http_server(9000)\n",
    },
    "conditions of telemetry": {
        f"traced{nth}.py": f"import sentry_sdk\n\n\ndef start() -> None:\n    if settings.é{_long(nth)}:\n"
        '        sentry_sdk.init(dsn="https://example.org")\n'
        for nth in range(3)
    },
    "models in variables": {
        **_settings("NAME_MODEL=maker/name"),
        "client.py": "from openai import OpenAI\n\nclient = OpenAI(timeout=10)\n",
    },
    "secrets that are not set": {
        f"auth{part}.py": "".join(
            f"def verify_token{nth}(token):\n    if not settings.{_long(nth + MANY * part)}_secret:\n"
            "        return None\n    ask(token)\n\n"
            for nth in range(MANY)
        )
        for part in range(FILES)
    },
    "code that is named for personal data beyond ASCII": {"pii_détecteur.py": "import os\n", "page.py": "import os\n"},
}


@pytest.mark.parametrize("case", sorted(HOSTILE))
def test_names_without_measure_end_no_inspection(tmp_path: Path, case: str) -> None:
    files = {"service.py": "import os\n\nimport fastapi\n\napp = fastapi.FastAPI()\n", **HOSTILE[case]}
    facts = inspected(tmp_path / "r", files, *TOPICS)
    assert {"access/rbac", "gateway/fallback", "monitoring/telemetry", "privacy/pii-control"} <= facts.keys()


def test_a_name_of_usual_length_is_read_beside_those_that_are_none(tmp_path: Path) -> None:
    files = {
        ".env": f"{LONG}_FALLBACK_MODEL=second/one\nOWN_FALLBACK_MODEL=second/one\n",
        "service.py": f'import os\n\na = os.environ["OWN_FALLBACK_MODEL"]\nb = os.environ["{LONG}_FALLBACK_MODEL"]\n',
    }
    fact = inspected(tmp_path / "r", files, "gateway")["gateway/fallback"]
    assert fact.answer is not Answer.NO
    assert ".env:2" in spots(fact)
    assert ".env:1" not in spots(fact)


def test_a_pattern_holds_plain_names_only_and_a_few_hundred() -> None:
    names = ["own_name", "b|c", "länge", "two\nlines", "", LONG, *(f"z{nth:05}" for nth in range(100_000))]
    pattern = pattern_of_names(names)
    found = {groups_of(match)["name"] for match in pattern.finditer("\n".join(names).encode())}
    assert {"own_name", "b|c", "z00000"} <= found
    assert not {"b", "c", "länge", LONG, "z99999"} & found
    assert len(found) == 300


@pytest.mark.parametrize("names", [[], [""], [LONG], ["länge"]])
def test_where_no_name_is_left_nothing_is_found(names: list[str]) -> None:
    assert list(pattern_of_names(names, "", "").finditer(f"any thing {LONG} länge".encode())) == []
