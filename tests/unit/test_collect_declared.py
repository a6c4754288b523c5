"""What tieout.yaml declares: profile, roster and criteria, with the time since which they read so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.collecting import AS_OF, at, checked, git_request, line_text, problems, write
from support.git_repositories import Repository
from tieout.collectors.base import Gathered, Request
from tieout.collectors.declared import declared, declared_source
from tieout.collectors.versions import Versions, versions_in
from tieout.config.load import read_config
from tieout.domain.collection import Period
from tieout.kernel.git.history import Dating
from tieout.kernel.reading.files import FolderView

CONFIG = """\
version: 1
system:
  id: claims-triage
  name: Claims triage
  purpose: Sorts incoming claims
  owner: Ada Ferri
  phase: production
  risk_tier: high
  users: [handlers, TODO, auditors]
  generative: true
  third_party: true
  approver: Ben Okoro
  approved_on: 2026-01-01
owners:
  operations: {person: Ada Ferri, deputy: Carl Ito, contact: "@northlight/claims-ops"}
  model_changes: {person: TBD}
  data_quality:
    person: null
  governance: {person: Ben Okoro, since: 2025-01-01}
  budget: {person: nobody}
roles:
  - {role: approver, person: Ben Okoro}
sources:
  - {name: repo, kind: git, path: .}
acceptance_criteria:
  - id: AC-1
    area: accuracy
    statement: Triage is right
    operator: ">="
    limit: 0.9
  - {id: AC-2, area: latency, statement: It is quick, operator: "<=", limit: 4}
"""
NEVER: list[tuple[datetime, bytes]] = []
ID = "0" * 40


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def made(when: datetime) -> Dating:
    """The dating of a commit whose own date is the latest."""
    return Dating(at=when, stated=when, latest=ID)


def gather(root: Path, text: str = CONFIG, versions: list[tuple[datetime, bytes]] | None = None) -> Gathered:
    write(root, {"tieout.yaml": text})
    history = [(made(when), data) for when, data in ([(day(1), text.encode())] if versions is None else versions)]
    return run(
        Request(
            system_id="claims-triage",
            source=declared_source("tieout.yaml"),
            view=FolderView(root, "."),
            prefix="tieout.yaml",
            period=Period(start=AS_OF, end=AS_OF),
            as_of=AS_OF,
        ),
        text,
        lambda: history,
    )


def run(request: Request, text: str, versions: Versions) -> Gathered:
    config, document = read_config(text.encode(), where="tieout.yaml")
    return checked(declared(request, config, document, versions))


def item_of(gathered: Gathered, type_: str):
    (item,) = [item for item in gathered.result.items if item.type == type_]
    return item


def test_the_three_artefacts_stand_in_one_source_named_configuration(tmp_path: Path):
    gathered = gather(tmp_path)
    assert (gathered.result.name, gathered.result.kind) == ("configuration", "declared")
    assert sorted(item.type for item in gathered.result.items) == ["acceptance_criteria", "roster", "system_profile"]
    assert {item.provenance.kind for item in gathered.result.items} == {"declared"}
    assert {item.provenance.path for item in gathered.result.items} == {"tieout.yaml"}
    assert not problems(gathered)


def test_the_profile_is_the_system_section_and_stands_on_its_lines(tmp_path: Path):
    gathered = gather(tmp_path)
    item = item_of(gathered, "system_profile")
    assert (item.facts["tier"], item.facts["users"]) == ("high", ["handlers", "auditors"])
    assert item.facts["approval"]["approver"] == "Ben Okoro"
    assert item.facts["approval"]["changed_at"] == "2026-01-01T00:00:00Z"
    expected = {
        "/system_id": "id: claims-triage",
        "/tier": "risk_tier: high",
        "/owner": "owner: Ada Ferri",
        "/approval/approver": "approver: Ben Okoro",
        "/users": "users: [handlers, TODO, auditors]",
    }
    assert {pointer: line_text(gathered, item, pointer).strip() for pointer in expected} == expected


def test_the_roster_has_every_area_and_role_and_nobody_is_nobody(tmp_path: Path):
    gathered = gather(tmp_path)
    item = item_of(gathered, "roster")
    assert {entry["role"]: entry.get("person") for entry in item.facts["people"]} == {
        "operations": "Ada Ferri",
        "model_changes": None,
        "data_quality": None,
        "governance": "Ben Okoro",
        "budget": None,
        "approver": "Ben Okoro",
    }
    assert item.facts["people"][0]["contact"] == "@northlight/claims-ops"
    for index, entry in enumerate(item.facts["people"]):
        assert entry["role"] in line_text(gathered, item, f"/people/{index}/role")
    assert "since: 2025-01-01" in line_text(gathered, item, "/people/3/since")


def test_the_criteria_keep_their_values_and_lines(tmp_path: Path):
    gathered = gather(tmp_path)
    item = item_of(gathered, "acceptance_criteria")
    assert [criterion["limit"] for criterion in item.facts["criteria"]] == [0.9, 4.0]
    assert line_text(gathered, item, "/criteria/0/limit").strip() == "limit: 0.9"
    assert "AC-2" in line_text(gathered, item, "/criteria/1/id")
    for pointer in item.lines:
        at(item.facts, pointer)


OTHER_EDIT = CONFIG.replace("Sorts incoming claims", "Sorts all incoming claims")
OTHER_LIMIT = CONFIG.replace("limit: 0.9", "limit: 0.8")
REFORMATTED = CONFIG.replace("    limit: 0.9\n", "    # agreed\n    limit:   0.90\n")


@pytest.mark.parametrize(
    ("versions", "criteria", "profile"),
    [
        ([(day(5), CONFIG), (day(3), OTHER_EDIT), (day(1), OTHER_EDIT)], day(1), day(5)),
        ([(day(5), CONFIG), (day(3), OTHER_LIMIT), (day(1), CONFIG)], day(5), day(1)),
        ([(day(5), CONFIG), (day(3), REFORMATTED), (day(1), OTHER_LIMIT)], day(3), day(1)),
        ([(day(5), CONFIG), (day(3), "not: [yaml"), (day(1), CONFIG)], day(5), day(5)),
        ([(day(5), OTHER_LIMIT), (day(3), CONFIG)], None, day(3)),
        ([], None, None),
    ],
    ids=["unrelated edit", "changed and back", "reformatted", "broken before", "edited since", "never committed"],
)
def test_a_part_is_as_old_as_the_oldest_version_since_which_it_reads_the_same(
    tmp_path: Path, versions, criteria, profile
):
    gathered = gather(tmp_path, versions=[(when, text.encode()) for when, text in versions])

    def shown(when: datetime | None) -> str | None:
        return None if when is None else when.isoformat().replace("+00:00", "Z")

    assert item_of(gathered, "acceptance_criteria").facts.get("committed_at") == shown(criteria)
    assert item_of(gathered, "system_profile").facts["approval"].get("changed_at") == shown(profile)
    is_committed = bool(versions) and versions[0][1] == CONFIG
    assert item_of(gathered, "roster").effective.end == (day(5) if is_committed else AS_OF)


def test_approving_the_profile_is_no_change_of_it(tmp_path: Path):
    before = CONFIG.replace("  approver: Ben Okoro\n  approved_on: 2026-01-01\n", "")
    gathered = gather(tmp_path, versions=[(day(5), CONFIG.encode()), (day(2), before.encode())])
    assert item_of(gathered, "system_profile").facts["approval"]["changed_at"] == "2026-01-02T00:00:00Z"


UNSIGNED = CONFIG.replace("  approver: Ben Okoro\n  approved_on: 2026-01-01\n", "")
DECEMBER = datetime(2025, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("versions", "recorded"),
    [
        ([(DECEMBER, CONFIG)], "2025-12-30T00:00:00Z"),
        ([(day(1), CONFIG), (DECEMBER, OTHER_EDIT), (DECEMBER, UNSIGNED)], "2025-12-30T00:00:00Z"),
        ([(day(1) + timedelta(hours=9), CONFIG), (day(1), OTHER_EDIT), (DECEMBER, UNSIGNED)], "2026-01-01T00:00:00Z"),
        ([(day(1), CONFIG), (DECEMBER, UNSIGNED)], None),
        ([(day(5), CONFIG), (day(1), OTHER_EDIT), (DECEMBER, UNSIGNED)], None),
    ],
    ids=["signed ahead", "signed ahead, then edited", "edited on its day", "signed on its day", "edited after it"],
)
def test_an_approval_of_the_profile_is_dated_where_that_tells_more_than_its_day(tmp_path: Path, versions, recorded):
    gathered = gather(tmp_path, versions=[(when, text.encode()) for when, text in versions])
    assert item_of(gathered, "system_profile").facts["approval"].get("recorded_at") == recorded


def test_older_versions_are_read_only_as_far_as_needed(tmp_path: Path):
    read = []

    def versions() -> Iterator[tuple[Dating, bytes]]:
        for number, text in enumerate((CONFIG, "version: 1\n", CONFIG)):
            read.append(number)
            yield made(day(9 - number)), text.encode()

    write(tmp_path, {"tieout.yaml": CONFIG})
    request = Request(
        system_id="claims-triage",
        source=declared_source("tieout.yaml"),
        view=FolderView(tmp_path, "."),
        prefix="tieout.yaml",
        period=Period(start=AS_OF, end=AS_OF),
        as_of=AS_OF,
    )
    run(request, CONFIG, versions)
    assert read == [0, 1]


def test_an_uncommitted_configuration_says_that_it_is_not_under_version_control(tmp_path: Path):
    gathered = gather(tmp_path, versions=NEVER)
    for item in gathered.result.items:
        assert (item.effective.end, item.effective.basis) == (AS_OF, "as read; not under version control")


def test_no_criteria_are_absent_and_not_an_empty_list(tmp_path: Path):
    gathered = gather(tmp_path, CONFIG.partition("acceptance_criteria")[0])
    assert sorted(item.type for item in gathered.result.items) == ["roster", "system_profile"]
    (problem,) = problems(gathered)
    assert (problem.status, problem.types) == ("absent", ("acceptance_criteria",))


def test_an_unfilled_purpose_and_owner_are_empty(tmp_path: Path):
    text = CONFIG.replace("Sorts incoming claims", "TODO").replace("owner: Ada Ferri", "owner: unknown")
    facts = item_of(gather(tmp_path, text), "system_profile").facts
    assert (facts["purpose"], facts["owner"], "owner" in facts["approval"]) == ("", "", False)


def test_a_configuration_after_the_as_of_time_does_not_count(tmp_path: Path):
    late = datetime(2026, 12, 24, tzinfo=UTC)
    gathered = gather(tmp_path, versions=[(late, CONFIG.encode())])
    assert not gathered.result.items
    assert [problem.status for problem in problems(gathered)] == ["after-as-of"] * 3


def test_versions_come_from_the_history_of_the_file_newest_first(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"tieout.yaml": OTHER_LIMIT})
    repository.commit("two", {"tieout.yaml": OTHER_EDIT})
    repository.commit("three", {"README.md": "x"})
    repository.commit("four", {"tieout.yaml": CONFIG})
    repository.commit("five", {"README.md": "y"})
    with git_request(repository, declared_source("tieout.yaml"), prefix="tieout.yaml") as request:
        assert request.commit is not None
        versions = versions_in(request.commit, "tieout.yaml")
        assert [(change.at, data) for change, data in versions()] == [
            (day(4), CONFIG.encode()),
            (day(2), OTHER_EDIT.encode()),
            (day(1), OTHER_LIMIT.encode()),
        ]
        gathered = run(request, CONFIG, versions)
    assert item_of(gathered, "acceptance_criteria").facts["committed_at"] == "2026-01-02T00:00:00Z"
    assert item_of(gathered, "system_profile").effective.end == day(4)
    assert item_of(gathered, "roster").provenance.commit == repository.git("rev-parse", "HEAD")


def test_a_file_that_came_back_starts_anew(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"tieout.yaml": CONFIG})
    (repository.folder / "tieout.yaml").unlink()
    repository.commit("two")
    repository.commit("three", {"tieout.yaml": CONFIG})
    with git_request(repository, declared_source("tieout.yaml"), prefix="tieout.yaml") as request:
        assert request.commit is not None
        assert [change.at for change, _ in versions_in(request.commit, "tieout.yaml")()] == [day(3)]


def test_criteria_of_a_commit_that_is_dated_before_its_parent_are_no_older_than_the_parent(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"tieout.yaml": OTHER_LIMIT})
    for number in range(2, 8):
        repository.commit(str(number), {"README.md": str(number)})
    early = "2026-01-02T00:00:00Z"
    repository.commit("back", {"tieout.yaml": CONFIG}, GIT_COMMITTER_DATE=early, GIT_AUTHOR_DATE=early)
    with git_request(repository, declared_source("tieout.yaml"), prefix="tieout.yaml") as request:
        assert request.commit is not None
        gathered = run(request, CONFIG, versions_in(request.commit, "tieout.yaml"))
    facts = item_of(gathered, "acceptance_criteria").facts
    assert (facts["committed_at"], facts["backdated_to"]) == ("2026-01-07T00:00:00Z", early)
    approval = item_of(gathered, "system_profile").facts["approval"]
    # The profile reads as it did before: only the criteria were changed by the commit that is dated wrongly.
    assert (approval["changed_at"], "backdated_to" in approval) == ("2026-01-01T00:00:00Z", False)
    told = [problem for problem in problems(gathered, "not-counted") if "acceptance_criteria" in problem.types]
    assert len(told) == 1
    assert "dated 2026-01-02T00:00:00Z" in told[0].reason
    assert "before it is dated 2026-01-07T00:00:00Z" in told[0].reason
