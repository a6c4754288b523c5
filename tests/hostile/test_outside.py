"""Where a run may lead: a stranger's configuration opens nothing beyond the folder of the repository.

And a packet goes to no place that is kept for something else.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.program import fails, tieout
from support.systems import configuration, source, system
from tieout import api

NOTE = "---\nartefact: approved_record\nrecord_type: ai_policy\ntitle: PLANTminutes\nowner: O\n---\n# Minutes\n"
COMMANDS = [
    ("collect",),
    ("collect", "--dry-run"),
    ("run", "--no-exit-codes", "--out", "../packet"),
    ("run", "--dry-run"),
    ("snapshot", "--release", "v1", "--out", "../packet"),
]


def house(tmp_path: Path, path: str, kind: str = "records", provides: str = "approved_record/ai_policy") -> Repository:
    """A system whose second source leads somewhere, with notes two folders above it, beside it, and in another room."""
    for folder in ("private", "street/beside", "street/house/notes"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "n.md").write_text(NOTE)
    repository = system(tmp_path / "street" / "house", configuration(source("minutes", kind, path, provides)))
    repository.git("tag", "v1")
    return repository


def minutes(repository: Repository) -> list[str]:
    collected = json.loads((repository.folder / ".tieout" / "collection.json").read_bytes())
    return [
        item["facts"]["title"]
        for one in collected["sources"]
        for item in one["items"]
        if item["type"] == "approved_record"
    ]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_lies_beyond_the_folder_of_the_repository_is_refused_before_any_work(tmp_path: Path, command):
    repository = house(tmp_path, "../../private")
    told = fails(tieout(*command, cwd=repository.folder), 2, "tieout.yaml:", "'minutes' leads to ../../private")
    assert "--allow-outside ../../private" in told
    assert not (repository.folder / ".tieout").exists()
    assert not (tmp_path / "street" / "packet").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_the_command_line_allows_is_read(tmp_path: Path, command):
    repository = house(tmp_path, "../../private")
    (repository.folder / ".gitignore").write_text("notes\n")
    repository.commit("ignore", {".gitignore": "notes\n"})
    repository.git("tag", "-f", "v1")
    done = tieout(*command, "--allow-outside", "../../private", cwd=repository.folder)
    assert done.code == 0, done.err
    if "--dry-run" in command:
        assert "n.md" in done.out
    else:
        assert minutes(repository) == ["PLANTminutes"]


def test_what_was_allowed_stands_in_the_collection_and_in_the_scope(tmp_path: Path):
    repository = house(tmp_path, "../../private")
    call = ("run", "--no-exit-codes", "--out", "../packet", "--allow-outside")
    assert tieout(*call, str(tmp_path / "private" / "n.md"), cwd=repository.folder).code == 2  # less than the source
    assert tieout(*call, str(tmp_path / "private"), cwd=repository.folder).code == 0
    data = tmp_path / "street" / "packet" / "packet" / "data"
    assert json.loads((data / "inputs" / "collection.json").read_bytes())["outside"] == ["minutes"]
    assert "allowed it (--allow-outside): minutes." in (data / "index.html").read_text()
    assert str(tmp_path).encode() not in (data / "inputs" / "collection.json").read_bytes()
    again = tieout("verify", "--reperform", "../packet", cwd=repository.folder)
    assert again.code == 0, again.err


@pytest.mark.parametrize("path", ["../beside", "notes", "../house/notes"])
def test_what_lies_beside_the_repository_and_in_it_needs_no_word(tmp_path: Path, path: str):
    repository = house(tmp_path, path)
    assert tieout("collect", cwd=repository.folder).code == 0
    assert minutes(repository) == ["PLANTminutes"]
    assert b'"outside":[' not in (repository.folder / ".tieout" / "collection.json").read_bytes()


def test_a_link_is_followed_before_it_is_judged(tmp_path: Path):
    repository = house(tmp_path, "../link")
    (tmp_path / "street" / "link").symlink_to("../private")
    told = fails(tieout("collect", cwd=repository.folder), 2, "'minutes'", "by a link", "--allow-outside ../link")
    assert "street/link" not in told
    assert tieout("collect", "--allow-outside", "../link", cwd=repository.folder).code == 0
    assert minutes(repository) == ["PLANTminutes"]


def test_a_link_in_the_repository_stays_a_result_whatever_is_allowed(tmp_path: Path):
    repository = house(tmp_path, "in")
    (repository.folder / "in").symlink_to("../../private")
    assert tieout("collect", "--allow-outside", "/", cwd=repository.folder).code == 0
    assert minutes(repository) == []
    told = (repository.folder / ".tieout" / "collection.json").read_text()
    assert "a link that leads out of this repository" in told


@pytest.mark.parametrize(
    ("path", "kind", "provides"),
    [
        ("../../*/n.md", "log", "telemetry"),
        ("../../private/n.md", "config", "runtime_settings"),
        ("../../private", "git", "git_history"),
        ("../../private", "results", "eval_results"),
        ("../../../../../../../../../../etc", "log", "telemetry"),
        ("notes/../../../private", "records", "approved_record/ai_policy"),
        ("../../nowhere", "records", "approved_record/ai_policy"),  # whether it is there is told to nobody
    ],
)
def test_every_kind_and_spelling_is_held(tmp_path: Path, path: str, kind: str, provides: str):
    repository = house(tmp_path, path, kind, provides)
    fails(tieout("collect", cwd=repository.folder), 2, "out of the folder that holds the repository")


def test_each_source_that_leaves_has_a_line(tmp_path: Path):
    sources = (source(f"log-{n}", "log", f"../../private{n}", "telemetry") for n in (1, 2))
    repository = system(tmp_path / "a" / "b" / "r", configuration(*sources))
    told = tieout("collect", cwd=repository.folder).err.splitlines()
    assert [line.split(": ")[2].split(" leads ")[0] for line in told] == ["source 'log-1'", "source 'log-2'"]
    assert len({line.split(": ")[1] for line in told}) == 2  # at lines of their own


def test_the_assessed_repository_is_held_before_it_is_opened(tmp_path: Path):
    Repository(tmp_path / "other").commit("private", {"x": "y"})
    config = configuration()
    config["sources"][0]["path"] = "../../other"
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "tieout.yaml").write_text(json.dumps(config))
    fails(tieout("collect", "--allow-uncommitted-config", cwd=folder), 2, "'application' leads to ../../other")


def test_beside_a_repository_in_a_home_folder_nothing_is_read_unasked(tmp_path: Path):
    repository = house(tmp_path, "../beside")
    home = {"HOME": str(tmp_path / "street")}
    fails(tieout("collect", cwd=repository.folder, variables=home), 2, "beside one in a home folder")
    allowed = tieout("collect", "--allow-outside", "../beside", cwd=repository.folder, variables=home)
    assert allowed.code == 0, allowed.err
    # The folder that holds homes is no better than a home.
    above = {"HOME": str(tmp_path / "street" / "jane")}
    fails(tieout("collect", cwd=repository.folder, variables=above), 2, "beside one in a home folder")


def test_a_later_command_does_not_look_there_either(tmp_path: Path):
    repository = system(tmp_path / "a" / "r", configuration())
    options = api.RunOptions(config=repository.folder / "tieout.yaml", now=datetime(2026, 11, 30, tzinfo=UTC))
    collection, _ = api.collect(options)
    private = Repository(tmp_path / "private")
    private.commit("x", {"x": "y"})
    config = configuration()
    config["sources"][0]["path"] = "../../private"
    options.config.write_text(json.dumps(config))
    notes = api.moved_since(options.config, collection)
    assert not any("HEAD" in note for note in notes)
    config["sources"][0]["path"] = "../beside"
    options.config.write_text(json.dumps(config))
    Repository(tmp_path / "a" / "beside").commit("x", {"x": "z"})
    assert any("HEAD" in note for note in api.moved_since(options.config, collection))


@pytest.mark.parametrize(
    ("out", "word"),
    [
        (".git/x", "lies in .git, a folder that git keeps"),
        (".git", "lies in .git"),
        ("../beside/../house/.git/objects/x", "lies in .git"),
        ("../bare.git/x", "lies in bare.git, a folder that git keeps"),
        (".tieout/x", "lies in .tieout, a folder that tieout keeps"),
        (".tieout/store/objects", "lies in .tieout"),
        ("/proc/packet", "cannot be written"),
        ("/sys/kernel/packet", "cannot be written"),
    ],
)
@pytest.mark.parametrize("command", ["run", "snapshot"])
def test_a_packet_goes_to_no_place_of_git_tieout_or_the_kernel(tmp_path: Path, out: str, word: str, command: str):
    repository = house(tmp_path, "../beside")
    repository.git("clone", "-q", "--bare", ".", "../bare.git")
    call = {"run": ("run",), "snapshot": ("snapshot", "--release", "v1")}[command]
    fails(tieout(*call, "--out", out, cwd=repository.folder), 2, word)
    assert not (repository.folder / ".tieout").exists()  # before any work
    assert list((tmp_path / "street").glob(".tieout-try-*")) == []
