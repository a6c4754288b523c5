"""General causes of wrong answers that readings by hand of repositories apart found, each with its trap."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer, PlaceClass
from tieout.inspection.reading.versions import number_of
from tieout.inspection.repository import class_of

CI = ".github/workflows/ci.yml"
RUNS = "on: {{pull_request: }}\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {}\n"


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        ("SHELL = /bin/bash -o pipefail\n", Answer.YES),
        ("SHELL := /bin/bash\n.SHELLFLAGS = -eu -o pipefail -c\n", Answer.YES),
        ("SHELL = /bin/bash\n", Answer.NO),
        ("", Answer.NO),
        ("# SHELL = /bin/bash -o pipefail\n", Answer.NO),
    ],
)
def test_pipes_of_make_fail_where_its_shell_is_told_so(tmp_path: Path, head: str, answer: Answer) -> None:
    makefile = f"{head}types:\n\tmypy src | tee out.txt\n"
    facts = inspected(tmp_path, {"src/a.py": "x = 1\n", "Makefile": makefile, CI: RUNS.format("make types")})

    assert facts["ci-gates/types-enforced"].answer is answer


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("e2e/Dockerfile", PlaceClass.TEST),
        ("web/cypress/plugins/index.ts", PlaceClass.TEST),
        ("e2e.Dockerfile", PlaceClass.LIVE),
        ("config/values-local.yaml", PlaceClass.NON_PRODUCTION),
        ("app/local.env", PlaceClass.NON_PRODUCTION),
        (".env.local", PlaceClass.NON_PRODUCTION),
        ("overlays/local/kustomization.yaml", PlaceClass.NON_PRODUCTION),
        ("local-models.yaml", PlaceClass.LIVE),
        ("config/localization.yaml", PlaceClass.LIVE),
        ("src/local/store.py", PlaceClass.LIVE),
        ("usr/local/bin/run", PlaceClass.LIVE),
    ],
)
def test_classes_of_paths(path: str, found: PlaceClass) -> None:
    assert class_of(path) is found


def test_a_team_is_no_person(tmp_path: Path) -> None:
    fact = inspected(tmp_path, {"OWNERS": "approvers:\n- acme/platform\n"}, "ownership")["ownership/maintainers"]

    assert (fact.answer, spots(fact, counting=False)) == (Answer.NO, ["OWNERS:2"])
    assert fact.values["people"] == 0
    assert "a team" in fact.statement


def test_names_of_groups_are_no_people(tmp_path: Path) -> None:
    owners, groups = "approvers: [leads, ada]\n", "aliases:\n  leads: [ada, ben]\n"
    facts = inspected(tmp_path, {"OWNERS": owners, "OWNERS_ALIASES": groups}, "ownership")

    assert facts["ownership/maintainers"].answer is Answer.YES
    assert facts["ownership/maintainers"].values["people"] == 2


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ('    APIRoute("/v2/health/live", live),', Answer.YES),
        ('    Route("/healthz", endpoint=live),', Answer.YES),
        ('    Reroute("/healthz", live),', Answer.NO),
        ('    # APIRoute("/v2/health/live", live),', Answer.NO),
    ],
)
def test_routes_in_a_list_answer_about_health(tmp_path: Path, line: str, answer: Answer) -> None:
    facts = inspected(tmp_path, {"app.py": f"routes = [\n{line}\n]\n"}, "monitoring")

    assert facts["monitoring/health-endpoint"].answer is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("def chat(limit=Depends(\n        UserRateLimiter(requests=30, window=60)\n    )): ...\n", Answer.YES),
        ("def chat(limit=Depends(rate_limit)): ...\n", Answer.YES),
        ("class UserRateLimiter:\n    def __init__(self, requests): ...\n", Answer.NO),
        ("def chat(user=Depends(current_user)): ...\n", Answer.NO),
    ],
)
def test_limits_that_a_route_depends_on(tmp_path: Path, text: str, answer: Answer) -> None:
    assert inspected(tmp_path, {"api.py": text}, "gateway")["gateway/rate-limits"].answer is answer


def test_a_page_on_privacy_and_security_is_read_as_a_notice(tmp_path: Path) -> None:
    text = "# Privacy\n\nWe collect your email and data on use.\n"
    files = {"documentation/privacy-security.md": text, "documentation/private-keys.md": text.replace("vacy", "ces")}
    fact = inspected(tmp_path, files, "privacy")["privacy/privacy-notice"]

    assert fact.answer is Answer.PARTIAL
    assert {place.path for place in fact.places} == {"documentation/privacy-security.md"}


@pytest.mark.parametrize(("other", "answer"), [("2.0.0-beta.28", Answer.YES), ("2.0.0-beta.9", Answer.UNKNOWN)])
def test_parts_that_all_say_what_the_tag_says(tmp_path: Path, other: str, answer: Answer) -> None:
    made = Repository(tmp_path / "r")
    part = '{{"name": "{}", "version": "{}"}}\n'
    files = {
        "desktop/package.json": part.format("a", "2.0.0-beta.28"),
        "mobile/package.json": part.format("b", other),
    }
    made.commit("one", files)
    made.git("tag", "2.0.0-beta.28")
    made.commit("two", {"x": "x"})

    assert facts_of(made.folder, "releases")["releases/version-agreement"].answer is answer


def test_numbers_behind_a_version_are_numbers() -> None:
    said = [number_of(text) for text in ("2.0.0-beta.9", "2.0.0-beta.28", "2.0.0-rc.1", "2.0.0")]

    assert all(said)
    assert sorted(said, key=lambda one: one or said[0]) == said  # type: ignore[arg-type,return-value]  # none is None


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("    logger.info(request.headers)", Answer.NO),
        ('    log.debug("asked with %s", request.headers)', Answer.NO),
        ('    logger.info(request.headers["x-request-id"])', None),
        ('    logger.info(request.headers.get("host"))', None),
        ("    # logger.info(request.headers)", None),
    ],
)
def test_headers_that_are_logged_whole(tmp_path: Path, line: str, answer: Answer | None) -> None:
    text = f"def health(request):\n{line}\n"
    alone = inspected(tmp_path / "a", {"api.py": text}, "audit-logging")["audit-logging/log-redacted-headers"]
    assert ("api.py:2" in spots(alone)) is (answer is Answer.NO)

    redacted = {"log.py": "def redact_headers(headers):\n    return headers  # before they are logged\n"}
    both = inspected(tmp_path / "b", {"api.py": text} | redacted, "audit-logging")["audit-logging/log-redacted-headers"]
    assert both.answer is (Answer.PARTIAL if answer else Answer.YES)


@pytest.mark.parametrize(("needs", "before"), [("    needs: [test]\n", True), ("", False)])
def test_tests_that_a_deployment_waits_for_are_a_gate(tmp_path: Path, needs: str, before: bool) -> None:
    text = (
        "on: {push: {branches: [main]}}\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: pytest\n"
        f"  deploy:\n{needs}    runs-on: x\n    steps:\n      - run: kubectl apply -f production.yaml\n"
    )
    fact = inspected(tmp_path, {"src/a.py": "x = 1\n", CI: text}, "ci-gates")["ci-gates/deployment-gated"]

    assert fact.answer is (Answer.PARTIAL if before else Answer.NO)
    assert fact.values["tests_before"] is before
    assert (f"{CI}:6" in spots(fact)) is before
