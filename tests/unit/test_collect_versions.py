"""When a record's text and its approval came into the repository: an approval typed in later changes no text."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from support.collecting import git_request
from support.git_repositories import Repository
from tieout.collectors.declared import declared_source
from tieout.collectors.versions import MAX_FOLLOWED, Texts

FIFTH = date(2026, 1, 5)
POLICY = "policy.md"
Version = dict[str, str] | None


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def text(*fields: str, body: str = "Answers are read by a clerk.") -> str:
    return "\n".join(["---", "artefact: approved_record", "owner: Ines Albrecht", *fields, "---", body, ""])


SIGNED = ("approver: Eleanor Voss", "approved_on: 2026-01-05")


def since(tmp_path: Path, *versions: str | None, approved_on: date = FIFTH) -> tuple[datetime | None, datetime | None]:
    """Text and approval, of a file whose version N was committed on day N; None commits something else."""
    repository = Repository(tmp_path / "r")
    for number, version in enumerate(versions, start=1):
        repository.commit(str(number), {POLICY: version} if version else {"other": str(number)})
    with git_request(repository, declared_source("tieout.yaml"), prefix="tieout.yaml") as request:
        assert request.commit is not None
        change = request.commit.changes([POLICY])[POLICY]
        dated = Texts(request.commit).since(POLICY, "front-matter", approved_on=approved_on, change=change)
    return dated[0] and dated[0].at, dated[1] and dated[1].at


def test_an_approval_typed_in_after_its_day_changes_no_text(tmp_path: Path):
    versions = [text(), None, None, None, None, None, None, text(*SIGNED, "status: approved", "review_due: 2027-01-05")]
    assert since(tmp_path, *versions) == (day(1), day(8))


def test_text_and_approval_that_came_together_after_the_day_are_dated_alike(tmp_path: Path):
    assert since(tmp_path, None, None, None, None, None, None, None, text(*SIGNED)) == (day(8), day(8))


def test_an_edit_that_leaves_the_approval_is_a_change_after_it(tmp_path: Path):
    edited = text(*SIGNED, body="Answers are not read.")
    assert since(tmp_path, None, None, None, text(*SIGNED), None, None, None, edited) == (day(8), None)


def test_an_edit_that_dates_the_approval_anew_is_recorded_with_it(tmp_path: Path):
    before = text("approver: Eleanor Voss", "approved_on: 2026-01-04")
    edited = text(*SIGNED, body="Answers are not read.")
    assert since(tmp_path, None, None, None, before, None, None, None, edited) == (day(8), day(8))


def test_an_approval_typed_in_between_text_and_edit_is_older_than_the_edit(tmp_path: Path):
    edited = text(*SIGNED, body="Answers are not read.")
    assert since(tmp_path, None, None, None, None, text(), text(*SIGNED), None, edited) == (day(8), None)


@pytest.mark.parametrize("change", ["owner: Somebody Else", "title: Another"])
def test_owner_and_other_fields_are_text(tmp_path: Path, change: str):
    before = text(*SIGNED)
    assert since(tmp_path, None, None, None, before, None, None, before.replace("---\nA", f"{change}\n---\nA")) == (
        day(7),
        None,
    )


def test_on_its_own_day_the_last_change_is_all_that_is_wanted(tmp_path: Path):
    assert since(tmp_path, text(), None, None, None, text(*SIGNED)) == (day(5), None)


def test_a_version_that_cannot_be_read_is_another_text(tmp_path: Path):
    assert since(tmp_path, None, None, None, "---\n[\n---\n", None, None, None, text(*SIGNED)) == (day(8), day(8))


@pytest.mark.parametrize(("depth", "recorded"), [(9, day(7)), (3, None)])
def test_in_a_clone_that_is_cut_off_nothing_is_known_to_have_come_together(
    tmp_path: Path, depth: int, recorded: datetime | None
):
    whole = Repository(tmp_path / "whole")
    signed = [None, None, None, None, None, None, text(*SIGNED), text(*SIGNED, "review_due: 2027-01-05"), None]
    for number, version in enumerate(signed, start=1):
        whole.commit(str(number), {POLICY: version} if version else {"other": str(number)})
    whole.git("clone", "-q", "--depth", str(depth), f"file://{whole.folder}", str(tmp_path / "cut"))
    cut = Repository.__new__(Repository)
    cut.folder = tmp_path / "cut"
    with git_request(cut, declared_source("tieout.yaml"), prefix="tieout.yaml") as request:
        assert request.commit is not None
        change = request.commit.changes([POLICY])[POLICY]
        assert change.at == day(8)
        found = Texts(request.commit).since(POLICY, "front-matter", approved_on=FIFTH, change=change)
    assert found[0] is not None
    assert (found[1] and found[1].at) == recorded


def test_beyond_a_number_of_records_the_last_change_counts(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("1", {POLICY: text()})
    repository.commit("2", {POLICY: text(*SIGNED)})
    with git_request(repository, declared_source("tieout.yaml"), prefix="tieout.yaml") as request:
        assert request.commit is not None
        change = request.commit.changes([POLICY])[POLICY]
        texts = Texts(request.commit)
        first = date(2026, 1, 1)
        found = [
            texts.since(POLICY, "front-matter", approved_on=first, change=change)[0] for _ in range(MAX_FOLLOWED + 1)
        ]
    assert [one and one.at for one in found[:1] + found[-2:]] == [day(1), day(1), day(2)]


def test_outside_version_control_nothing_is_dated():
    assert Texts(None).since(POLICY, "front-matter", approved_on=FIFTH, change=None) == (None, None)


def hour_of(number: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, number, hour, minute, tzinfo=UTC)


def on_times(tmp_path: Path, *versions: tuple[datetime, str]) -> tuple[datetime | None, datetime | None]:
    """Text and approval of a file whose versions were committed at these times; it is approved on the fifth."""
    repository = Repository(tmp_path / "r")
    for time, version in versions:
        repository.commit("x", {POLICY: version}, GIT_COMMITTER_DATE=time.isoformat())
    with git_request(repository, declared_source("tieout.yaml"), prefix="tieout.yaml") as request:
        assert request.commit is not None
        change = request.commit.changes([POLICY])[POLICY]
        dated = Texts(request.commit).since(POLICY, "front-matter", approved_on=FIFTH, change=change)
    return dated[0] and dated[0].at, dated[1] and dated[1].at


EDITED = text(*SIGNED, body="Answers are not read.")


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([(day(2), text(*SIGNED))], (day(2), day(2)), id="one version, of a day before"),
        pytest.param(
            [(hour_of(4, 9), text(*SIGNED))], (hour_of(4, 9), hour_of(4, 9)), id="before the day begins anywhere"
        ),
        pytest.param([(hour_of(4, 10), text(*SIGNED))], (hour_of(4, 10), None), id="when it is morning in the east"),
        pytest.param([(day(2), text()), (hour_of(5, 8), text(*SIGNED))], (hour_of(5, 8), None), id="signed on its day"),
        pytest.param(
            [(day(2), text(*SIGNED)), (hour_of(5, 8), text(*SIGNED, "status: approved"))],
            (hour_of(5, 8), day(2)),
            id="signed before its day, a review typed in on it",
        ),
        pytest.param(
            [(day(2), text(*SIGNED)), (day(3), text()), (hour_of(5, 8), text(*SIGNED))],
            (hour_of(5, 8), None),
            id="taken out and signed anew",
        ),
    ],
)
def test_an_approval_that_stood_in_the_file_before_its_day_is_dated(tmp_path: Path, versions, expected):
    assert on_times(tmp_path, *versions) == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        pytest.param((hour_of(5, 22), EDITED), (hour_of(5, 22), hour_of(5, 10)), id="hours later"),
        pytest.param(
            (hour_of(5, 10), EDITED), (hour_of(5, 10), hour_of(5, 10)), id="in the same second, as after a rebase"
        ),
        pytest.param(
            (hour_of(5, 22), text(*SIGNED, "review_due: 2027-01-05")),
            (hour_of(5, 22), None),
            id="no change of the text",
        ),
        pytest.param((day(6), EDITED), (day(6), None), id="the day after: the text is plainly younger"),
    ],
)
def test_a_text_that_was_changed_on_the_day_of_its_approval_but_after_it(tmp_path: Path, last, expected):
    assert on_times(tmp_path, (hour_of(5, 9), text()), (hour_of(5, 10), text(*SIGNED)), last) == expected


def test_beyond_a_number_of_records_the_last_change_still_tells_of_an_approval_ahead(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("1", {POLICY: text(*SIGNED)})
    with git_request(repository, declared_source("tieout.yaml"), prefix="tieout.yaml") as request:
        assert request.commit is not None
        change = request.commit.changes([POLICY])[POLICY]
        texts = Texts(request.commit)
        found = [texts.since(POLICY, "front-matter", approved_on=FIFTH, change=change) for _ in range(MAX_FOLLOWED + 1)]
    assert [one and one.at for one in found[-1]] == [day(1), day(1)]
