"""Commits as records, and which commit last changed a path."""

import random
import re
from datetime import UTC, datetime

import pytest

from support.git_repositories import FIRST_SECOND, Repository
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git.history import Dating, History
from tieout.kernel.git.program import Git
from tieout.kernel.git.quarantine import Quarantine

HEAD = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repository")


def read(repository: Repository, revision: str = "") -> History:
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        return quarantine.history(quarantine.resolve(revision))


def test_a_record_says_who_when_and_what(repository):
    first = repository.commit("one\nmore of the subject\n\nbody\n\nReviewed-by: R <r@x>\nTicket: 7\n  folded")
    second = repository.commit("two", GIT_AUTHOR_DATE="1767225600 +1400")
    history = read(repository)
    assert history.complete
    assert history.problems == ()
    assert [record.id for record in history.commits] == [second, first]
    latest, oldest = history.commits
    assert latest.parents == (first,)
    assert latest.authored_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert latest.committed_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert (oldest.author_name, oldest.author_email) == ("Ada", "ada@example.org")
    assert (oldest.committer_name, oldest.committer_email) == ("Carl", "carl@example.org")
    assert oldest.subject == "one more of the subject"
    assert oldest.trailers == (("Reviewed-by", "R <r@x>"), ("Ticket", "7 folded"))
    assert oldest.signature == "none"


@pytest.mark.parametrize(
    ("when", "instant", "problem"),
    [
        (b"4070908800 +0000", "2099-01-01T00:00:00+00:00", ""),
        (b"0 -1200", "1970-01-01T00:00:00+00:00", ""),
        (b"1767225600 -0000", "2026-01-01T00:00:00+00:00", ""),
        (b"1767225600 +9999", "2026-01-01T00:00:00+00:00", ""),
        (b"253402300799 +0000", "9999-12-31T23:59:59+00:00", ""),
        (b"253402300800 +0000", "9999-12-31T23:59:59+00:00", "lies after the year 9999"),
        (b"9223372036854775807 +0000", "9999-12-31T23:59:59+00:00", "lies after the year 9999"),
        (b"-86400 +0000", "1970-01-01T00:00:00+00:00", "lies before 1970"),
        (b"", "1970-01-01T00:00:00+00:00", "is missing or malformed"),
        (b"yesterday", "1970-01-01T00:00:00+00:00", "is missing or malformed"),
        (b"9" * 5000 + b" +0000", "1970-01-01T00:00:00+00:00", "is missing or malformed"),
    ],
)
def test_dates_are_right_or_a_problem_says_so(repository, when, instant, problem):
    commit = repository.raw_commit(HEAD + b"author A <a@x> " + when + b"\ncommitter A <a@x> 1 +0000\n\nx\n")
    history = read(repository)
    assert history.commits[0].authored_at.isoformat() == instant
    expected = (f"commit {commit[:12]}: the author's date {problem}",) if problem else ()
    assert history.problems == expected


@pytest.mark.parametrize(
    ("encoding", "data", "text"),
    [
        (b"", "Jörg".encode(), "Jörg"),
        (b"ISO-8859-1", b"J\xf6rg", "Jörg"),
        (b"", b"J\xf6rg", "J\ufffdrg"),  # undeclared: not guessed
        (b"Shift_JIS", "日本".encode("shift_jis"), "日本"),
        (b"rot13", b"Joerg", "Joerg"),  # a codec of Python, no text encoding
        (b"unicode_escape", b"J\\q", "J\\q"),
        (b"cp9999", b"J", "J"),
        (b"", b"a\x00b", "a\ufffdb"),
        (b"", b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),  # an encoded surrogate
    ],
)
def test_text_of_any_encoding_can_be_written_as_utf8(repository, encoding, data, text):
    header = b"encoding " + encoding + b"\n" if encoding else b""
    name = data.replace(b"\x00", b"")  # git ends the line there
    repository.raw_commit(
        HEAD + b"author " + name + b" <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n" + header + b"\n" + data
    )
    record = read(repository).commits[0]
    assert record.subject == text
    assert record.author_name == text.replace("a\ufffdb", "ab")
    record.subject.encode("utf-8")


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("PGP SIGNATURE", "gpg"),
        ("PGP MESSAGE", "gpg"),
        ("SSH SIGNATURE", "ssh"),
        ("SIGNED MESSAGE", "x509"),
        ("CERTIFICATE", "none"),
    ],
)
def test_kinds_of_signatures(repository, mark, kind):
    block = f"gpgsig -----BEGIN {mark}-----\n \n abc\n -----END {mark}-----\n".encode()
    people = b"author A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n"
    repository.raw_commit(HEAD + people + block + b"\nsigned\n")
    record = read(repository).commits[0]
    assert record.signature == kind
    assert record.subject == "signed"


@pytest.mark.parametrize(
    "rest",
    [
        b"gpgsig \n\nempty\n",
        b"gpgsig -----BEGIN PGP SIGNATURE-----\n\ncut off\n",
        b"gpgsig-sha256 -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\nother format\n",
        b"\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n",  # quoted in the message
        b"mergetag object 1\n gpgsig -----BEGIN PGP SIGNATURE-----\n\nof a merged tag\n",
    ],
)
def test_what_only_looks_like_a_signature_is_none(repository, rest):
    repository.raw_commit(HEAD + b"author A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n" + rest)
    assert read(repository).commits[0].signature == "none"


@pytest.mark.parametrize(
    "message",
    [
        "s\n\nA: b\n",
        "A: b\n",
        "s\nA: b\n",
        "s\n\nbody\n\nA: b\nnot a trailer\n",
        "s\n\nbody\n\nSigned-off-by: x\nnot a trailer\nnor this\nnor that\n",
        "s\n\nbody\n\nSigned-off-by: x\n1\n2\n3\n4\n",
        "s\n\n(cherry picked from commit 1)\nA: b\n",
        "s\n\nA: b\n c\n\td\nE:f\n",
        "s\n\n c\nA: b\n",
        "s\n\nA b: c\nA : d\n",
        "s\n\nA: b\n# comment\nC: d\n\n\n",
        "s\n\nA: b\n\nlast paragraph\n",
        "s\n\nhttps://example.org/x\n",
        "s\n\nA:\nB: \n",
        "\n\ns\n\nA: b\n",
        "s\n\n\n   \nReviewed-by: Jörg <j@x>\n",
        "",
    ],
)
def test_trailers_are_those_that_git_finds(repository, message):
    repository.raw_commit(HEAD + b"author A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n\n" + message.encode())
    oracle = repository.git("log", "-1", "--format=%(trailers:only,unfold,separator=%x00,key_value_separator=%x01)")
    expected = tuple(tuple(pair.split("\x01")) for pair in oracle.split("\0") if pair)
    assert read(repository).commits[0].trailers == expected


def test_subjects_are_those_that_git_finds(repository):
    for message in ("one\ntwo\n\nthree\n", "\n\n  a  \n b\n", "x", ""):
        text = HEAD + b"author A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n\n" + message.encode()
        repository.raw_commit(text)
        told = " ".join(repository.git("log", "-1", "--format=%s").split())  # git keeps inner indentation
        assert read(repository).commits[0].subject == told


def test_replacements_and_grafts_do_not_rewrite_history(repository):
    first = repository.commit("one", {"a": "1"})
    second = repository.commit("two", {"a": "2"})
    repository.git("replace", second, first)
    (repository.git_dir / "info").mkdir(exist_ok=True)
    (repository.git_dir / "info/grafts").write_text(f"{second}\n")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert [record.subject for record in quarantine.history(second).commits] == ["two", "one"]
        assert quarantine.tree(second).read("a") == b"2"


def test_hidden_refs_are_read_all_the_same(repository):
    repository.commit("one", {"a": "1"})
    repository.git("tag", "v1")
    repository.git("config", "transfer.hideRefs", "refs/tags")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert [tag.name for tag in quarantine.tags()] == ["v1"]


def test_last_changes_are_those_of_the_first_parents(repository):
    repository.commit("base", {"kept": "1", "side": "1", "both": "1\n", "dropped": "1", "gone": "1"})
    repository.git("checkout", "-q", "-b", "side")
    on_side = repository.commit("on side", {"side": "2", "both": "side\n", "dropped": "2"})
    repository.git("checkout", "-q", "main")
    on_main = repository.commit("on main", {"both": "main\n", "main": "1"})
    (repository.folder / "gone").unlink()
    removed = repository.commit("removed")
    repository.git("merge", "-q", "--no-commit", "-s", "ours", "side")
    merge = repository.commit("merge", {"side": "2", "both": "resolved\n", "dropped": "1"})
    (repository.folder / "kept").chmod(0o755)
    repository.commit("executable")
    history = read(repository)
    head = history.commits[0].id
    asked = ["kept", "side", "both", "dropped", "main", "gone", "never", "../x", "/x", "*", "a\0b", ""]
    found = {path: record.subject for path, record in history_changes(repository, asked).items()}
    assert found == {
        "kept": "base",  # the executable bit is no content
        "side": "merge",  # the merge brought it in
        "both": "merge",
        "dropped": "base",  # the side's change was not taken
        "main": "on main",
        "gone": "removed",
    }
    assert head != merge
    assert {on_side, on_main, removed} <= {record.id for record in history.commits}


def history_changes(repository: Repository, paths, revision: str = ""):
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commit = quarantine.resolve(revision)
        return quarantine.history(commit).last_changes(commit, paths)


@pytest.mark.parametrize("many", [False, True], ids=["by path", "whole differences"])
def test_last_changes_agree_with_git_log_on_a_random_history(repository, many):
    """A random history of branches and merges, made by fast-import."""
    choice = random.Random(7)  # noqa: S311 - a test's data, the same in each run
    stream = []
    for mark in range(1, 401):
        when = FIRST_SECOND + mark * 60 - choice.randint(0, 3000)  # clocks that go wrong
        stream.append(f"commit refs/heads/main\nmark :{mark}\ncommitter A <a@x> {when} +0000\ndata 1\nx")
        if mark > 1:
            stream.append(f"from :{max(1, mark - choice.choice([1, 1, 1, 2, 7]))}")
        if mark > 10 and choice.random() < 0.25:
            stream.append(f"merge :{mark - choice.randint(2, 9)}")
        for _ in range(choice.randint(0, 3)):
            path = f"d{choice.randint(0, 3)}/f{choice.randint(0, 9)}"
            content = str(choice.randint(0, 3))
            stream.append(f"M 100644 inline {path}\ndata {len(content)}\n{content}")
        if choice.random() < 0.05:
            stream.append(f"D d{choice.randint(0, 3)}/f{choice.randint(0, 9)}")
    repository.git("fast-import", "--quiet", "--force", stdin="\n".join([*stream, ""]).encode())
    paths = [f"d{folder}/f{file}" for folder in range(4) for file in range(10)]
    extra = [f"absent/{number}" for number in range(300)] if many else []
    found = history_changes(repository, paths + extra)
    assert {path: record.id for path, record in found.items()} == {
        path: commit
        for path in paths
        if (commit := repository.git("log", "-1", "--first-parent", "--format=%H", "main", "--", path))
    }
    assert len(found) > 30


def test_last_changes_of_an_earlier_commit_and_of_a_foreign_one(repository):
    first = repository.commit("one", {"a": "1"})
    repository.commit("two", {"a": "2"})
    assert history_changes(repository, ["a"], first)["a"].subject == "one"
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        history = quarantine.history(quarantine.resolve(""))
        assert history.last_changes(first, ["a"])["a"].subject == "one"
        assert history.last_changes(first, []) == {}
        with pytest.raises(UsageError, match="not in this history"):
            history.last_changes("0" * 40, ["a"])


def test_a_change_on_a_side_branch_is_as_late_as_its_merge(repository):
    """Written on 9 January, approved on the 10th, merged on the 21st: the approval did not see it."""
    first = repository.commit("register", {"register": "1"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("change", {"register": "2"}, GIT_COMMITTER_DATE="2026-01-09T00:00:00Z")
    repository.git("checkout", "-q", "main")
    repository.commit("elsewhere", {"other": "1"}, GIT_COMMITTER_DATE="2026-01-10T00:00:00Z")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side", GIT_COMMITTER_DATE="2026-01-21T00:00:00Z")
    history = read(repository)
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        found = quarantine.history(history.commits[0].id).last_changes(history.commits[0].id, ["register", "other"])
    assert {path: record.subject for path, record in found.items()} == {"register": "merge", "other": "elsewhere"}
    assert history.dating(found["register"].id).at == datetime(2026, 1, 21, tzinfo=UTC)
    assert found["register"].id != first


def test_a_root_among_two_is_found(repository):
    repository.commit("one", {"a": "1"})
    repository.git("checkout", "-q", "--orphan", "other")
    repository.git("rm", "-rfq", ".")
    repository.commit("other root", {"b": "1"})
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--allow-unrelated-histories", "-m", "join", "other")
    found = history_changes(repository, ["a", "b"])
    assert {path: record.subject for path, record in found.items()} == {"a": "one", "b": "join"}


def test_a_missing_commit_is_unreadable_not_a_short_history(repository):
    first = repository.commit("one", {"a": "1"})
    second = repository.commit("two", {"a": "2"})
    (repository.git_dir / "objects" / first[:2] / first[2:]).unlink()
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        with pytest.raises(UnreadableError) as caught:
            quarantine.history(second)
        assert not re.search(r"/tmp|tieout-git", str(caught.value))  # noqa: S108 - what must not be there


def test_a_commit_is_no_older_than_its_ancestors(repository):
    first = repository.commit("one")
    side = repository.commit("two", GIT_COMMITTER_DATE="2026-02-01T00:00:00Z")
    repository.git("checkout", "-q", "-b", "other", first)
    other = repository.commit("three", GIT_COMMITTER_DATE="2026-01-10T00:00:00Z")
    repository.git("checkout", "-q", "main")
    day = "2026-01-05T00:00:00Z"
    repository.git("merge", "-q", "--no-ff", "-m", "four", "other", GIT_COMMITTER_DATE=day, GIT_AUTHOR_DATE=day)
    history = read(repository)
    merge = history.commits[0].id
    late = datetime(2026, 2, 1, tzinfo=UTC)
    assert history.dating(merge) == Dating(at=late, stated=datetime(2026, 1, 5, tzinfo=UTC), latest=side)
    assert history.dating(merge).runs_backwards
    assert history.dating(other).at == datetime(2026, 1, 10, tzinfo=UTC)
    assert not any(history.dating(commit).runs_backwards for commit in (first, side, other))
    with pytest.raises(UsageError, match="not in this history"):
        history.dating("0" * 40)


@pytest.mark.parametrize(("second", "backwards"), [("2026-01-31T00:00:00Z", False), ("2026-01-30T23:59:59Z", True)])
def test_a_day_of_difference_between_clocks_is_none(repository, second: str, backwards: bool):
    repository.commit("one", GIT_COMMITTER_DATE="2026-02-01T00:00:00Z")
    commit = repository.commit("two", GIT_COMMITTER_DATE=second)
    dating = read(repository).dating(commit)
    assert dating.at == datetime(2026, 2, 1, tzinfo=UTC)
    assert dating.runs_backwards is backwards


def test_small_steps_back_add_up(repository):
    for day in (20, 19, 18):
        repository.commit(str(day), GIT_COMMITTER_DATE=f"2026-02-{day}T00:00:00Z")
    assert read(repository).dating(repository.git("rev-parse", "HEAD")).runs_backwards


def test_what_was_asked_before_is_not_searched_again(repository, monkeypatch):
    repository.commit("one", {"a.txt": "1", "b.txt": "1"})
    two = repository.commit("two", {"b.txt": "2", "c.txt": "2"})
    asked = []
    search = Git.run

    def run(git, *arguments, **options):
        asked.append((arguments[0], arguments[-1]))
        return search(git, *arguments, **options)

    with Quarantine.open(repository.folder, uri="r") as quarantine:
        history = quarantine.history(quarantine.resolve(""))
        monkeypatch.setattr(Git, "run", run)
        first = history.last_changes(two, ["b.txt", "a.txt", "absent"])
        for _ in range(3):
            assert history.last_changes(two, ["a.txt", "absent", "b.txt"]) == first
        assert asked == [("diff-tree", b"b.txt")]
        assert list(history.last_changes(two, ["c.txt", "a.txt"])) == ["a.txt", "c.txt"]
        assert asked[1:] == [("diff-tree", b"c.txt")]
