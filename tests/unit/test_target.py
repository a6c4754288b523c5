"""What a run assesses: which configuration, commit, release, time and period count."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.systems import configuration, system
from tieout.kernel.errors import ConfigError, UsageError
from tieout.pipeline.options import RunOptions
from tieout.pipeline.target import open_target, parse_period

NOW = datetime(2026, 12, 24, 12, tzinfo=UTC)
COMMITTED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return system(tmp_path / "r", configuration())


def options(repository: Repository) -> RunOptions:
    return RunOptions(config=repository.folder / "tieout.yaml", now=NOW)


def test_as_of_is_the_options_then_the_epochs_then_the_commits(repository: Repository) -> None:
    plain = options(repository)
    epoch = replace(plain, source_date_epoch=1_790_000_000)
    both = replace(epoch, as_of=datetime(2026, 11, 22, tzinfo=UTC))
    found = []
    for one in (plain, epoch, both):
        with open_target(one) as target:
            found.append(target.as_of)
    assert found == [COMMITTED, datetime.fromtimestamp(1_790_000_000, UTC), datetime(2026, 11, 22, tzinfo=UTC)]


def test_without_a_repository_it_is_the_clock_in_whole_seconds(tmp_path: Path) -> None:
    config = configuration()
    config["sources"] = []
    del config["repository"]
    folder = tmp_path / "bare"
    folder.mkdir()
    import yaml

    (folder / "tieout.yaml").write_text(yaml.safe_dump(config))
    asked = RunOptions(config=folder / "tieout.yaml", now=NOW.replace(microsecond=5), allow_uncommitted_config=True)
    with open_target(asked) as target:
        assert target.as_of == NOW
        assert (target.subject.commit, target.subject.configuration_committed) == (None, False)
    with pytest.raises(ConfigError, match="no git source"), open_target(replace(asked, allow_uncommitted_config=False)):
        pass


def test_the_period_is_90_days_unless_said(repository: Repository) -> None:
    with open_target(options(repository)) as target:
        assert (target.period.end, target.period.end - target.period.start) == (COMMITTED, timedelta(days=90))


def test_both_days_of_a_configured_period_count(tmp_path: Path) -> None:
    repository = system(tmp_path / "r", configuration(period={"start": "2026-10-01", "end": "2026-10-31"}))
    with open_target(options(repository)) as target:
        assert target.period.start == datetime(2026, 10, 1, tzinfo=UTC)
        assert target.period.end == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-10-01/2026-10-31", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-10-01/2026-10-01", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)),
        (
            "2026-10-01T00:00:00+02:00/2026-10-02T12:00:00Z",
            datetime(2026, 9, 30, 22, tzinfo=UTC),
            datetime(2026, 10, 2, 12, tzinfo=UTC),
        ),
    ],
)
def test_a_period_on_the_command_line(text: str, start: datetime, end: datetime) -> None:
    assert parse_period(text) == (start, end)


def test_the_release_is_the_annotated_tag_made_last(repository: Repository) -> None:
    with open_target(options(repository)) as target:
        assert target.subject.release is None
    repository.git("tag", "not-annotated")
    repository.git("tag", "-a", "v1.9.0", "-m", "x", GIT_COMMITTER_DATE="1767300000 +0000")
    repository.git("tag", "-a", "v1.10.0", "-m", "x", GIT_COMMITTER_DATE="1767400000 +0000")
    with open_target(options(repository)) as target:
        assert target.subject.release == "v1.10.0"
    repository.commit("later")
    with open_target(options(repository)) as target:
        assert target.subject.release is None


def test_a_later_tag_without_a_version_does_not_hide_the_one_that_has_one(repository: Repository) -> None:
    repository.git("tag", "v2.0.0")
    repository.git("tag", "-a", "stable", "-m", "x")
    with open_target(options(repository)) as target:
        assert (target.subject.release, target.subject.release_tag) == ("v2.0.0", "lightweight")


def test_a_lightweight_tag_names_the_release_where_no_annotated_one_does_and_is_told_as_such(
    repository: Repository,
) -> None:
    for name in ("stable", "v1.9.0", "v1.10.0"):
        repository.git("tag", name)
    with open_target(options(repository)) as target:
        assert (target.subject.release, target.subject.release_tag) == ("v1.10.0", "lightweight")
        assert target.notes == ("release v1.10.0 is a lightweight tag; who set it, and when, is not recorded",)
    repository.git("tag", "-a", "v1.0.0", "-m", "x")
    with open_target(options(repository)) as target:
        assert (target.subject.release, target.subject.release_tag, target.notes) == ("v1.0.0", None, ())


def test_a_tag_that_at_names_is_the_release(repository: Repository) -> None:
    repository.git("tag", "v2.0.0")
    repository.git("tag", "-a", "v1.0.0", "-m", "x")
    for at, expected in (
        ("v2.0.0", ("v2.0.0", "lightweight")),
        ("refs/tags/v2.0.0", ("v2.0.0", "lightweight")),
        ("v1.0.0", ("v1.0.0", None)),
        ("HEAD", ("v1.0.0", None)),
    ):
        with open_target(replace(options(repository), at=at)) as target:
            assert (target.subject.release, target.subject.release_tag) == expected
    repository.commit("later")
    with open_target(replace(options(repository), at="v2.0.0")) as target:
        assert target.subject.release == "v2.0.0"
    with open_target(options(repository)) as target:
        assert (target.subject.release, target.subject.release_tag) == (None, None)


def test_at_reads_the_configuration_of_that_commit(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    text = (repository.folder / "tieout.yaml").read_text()
    repository.commit("renamed", {"tieout.yaml": text.replace("Small system", "Renamed")})
    with open_target(options(repository)) as target:
        assert (target.config.system.name, target.notes) == ("Renamed", ())
    with open_target(replace(options(repository), at=first)) as target:
        assert (target.config.system.name, len(target.notes)) == ("Small system", 1)
        assert target.subject.commit == first
        assert target.committed_path == "tieout.yaml"
    with open_target(replace(options(repository), at=first, allow_uncommitted_config=True)) as target:
        assert (target.config.system.name, target.committed_path) == ("Renamed", None)
        assert target.subject.configuration_committed is False


def test_a_path_through_a_link_is_the_same_repository(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repository.folder)
    with open_target(replace(options(repository), config=tmp_path / "link" / "tieout.yaml")) as target:
        assert target.committed_path == "tieout.yaml"


def test_a_configuration_outside_the_repository_is_not_at_the_commit(repository: Repository, tmp_path: Path) -> None:
    config = configuration()
    config["sources"][0]["path"] = repository.folder.name
    import yaml

    (tmp_path / "tieout.yaml").write_text(yaml.safe_dump(config))
    outside = replace(options(repository), config=tmp_path / "tieout.yaml")
    with pytest.raises(ConfigError, match="outside the assessed repository"), open_target(outside):
        pass


def test_a_file_with_two_dots_in_front_lies_inside(tmp_path: Path) -> None:
    """`..tieout` is a name, not a step up."""
    repository = Repository(tmp_path / "r")
    import yaml

    repository.commit("all", {"..tieout.yaml": yaml.safe_dump(configuration())})
    with open_target(RunOptions(config=repository.folder / "..tieout.yaml", now=NOW)) as target:
        assert target.committed_path == "..tieout.yaml"


def test_quarantines_are_gone_when_it_closes(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    (tmp_path / "t").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    with open_target(options(repository)):
        assert os.listdir(tmp_path / "t") != []  # noqa: PTH208 - names
    with pytest.raises(UsageError), open_target(replace(options(repository), at="nowhere")):
        pass
    assert os.listdir(tmp_path / "t") == []  # noqa: PTH208 - names


def test_an_as_of_time_before_the_assessed_commit_is_noted(repository: Repository) -> None:
    with open_target(replace(options(repository), as_of=datetime(2025, 12, 31, tzinfo=UTC))) as target:
        (told,) = target.notes
    assert told == (
        "the as-of time 2025-12-31T00:00:00Z is before the assessed commit (2026-01-01T00:00:00Z); "
        "what was changed or recorded after it does not count"
    )
    with open_target(options(repository)) as target:
        assert target.notes == ()


def test_a_configuration_whose_content_the_clone_lacks_is_not_called_uncommitted(
    repository: Repository, tmp_path: Path
) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    place = tmp_path / "partial"
    url = repository.folder.as_uri()
    repository.git("clone", "-q", "--no-checkout", "--filter=blob:none", url, str(place))
    (place / "tieout.yaml").write_bytes((repository.folder / "tieout.yaml").read_bytes())
    asked = RunOptions(config=place / "tieout.yaml", now=NOW)
    with pytest.raises(ConfigError, match="could not be read at") as caught, open_target(asked):
        pass
    assert caught.value.where == "tieout.yaml"
    assert "not in the assessed tree" not in str(caught.value)
    assert "commit it" not in str(caught.value)


def test_a_configuration_that_is_not_committed_is_called_so(repository: Repository) -> None:
    repository.git("mv", "tieout.yaml", "other.yaml")
    repository.git("commit", "-q", "-m", "moved")
    (repository.folder / "tieout.yaml").write_bytes((repository.folder / "other.yaml").read_bytes())
    with pytest.raises(ConfigError, match="is not in the assessed tree at"), open_target(options(repository)):
        pass
