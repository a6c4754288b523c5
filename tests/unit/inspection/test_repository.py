"""One commit as topics read it: classes of paths, texts and their lines, documents, what could not be read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.git_repositories import Repository as Made
from tieout.domain.inspection import PlaceClass
from tieout.inspection.repository import MAX_TEXT_BYTES, Repository, class_of, line_of, member
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.reading.patterns import compile_bytes


@contextmanager
def opened(folder: Path, files: dict[str, str | bytes]) -> Iterator[Repository]:
    """A repository of one commit, open for reading."""
    made = Made(folder / "r")
    made.commit("one", files)
    with Quarantine.open(made.folder, uri="r") as quarantine:
        yield Repository(quarantine, quarantine.resolve(""))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("src/app.py", PlaceClass.LIVE),
        ("conf.example.json", PlaceClass.EXAMPLE),
        ("chart/templates/deployment.yaml", PlaceClass.TEMPLATE),
        ("tests/test_app.py", PlaceClass.TEST),
        ("README.md", PlaceClass.DOCUMENTATION),
        ("CHANGELOG.rst", PlaceClass.DOCUMENTATION),
        ("model-card.md", PlaceClass.LIVE),
        ("site/versioned_docs/v1/setup.md", PlaceClass.DOCUMENTATION),
        ("node_modules/x/README.md", PlaceClass.VENDORED),
        ("vendor/github.com/x/y_test.go", PlaceClass.VENDORED),
        ("static/app.min.js", PlaceClass.VENDORED),
        ("config/staging/gateway.yaml", PlaceClass.NON_PRODUCTION),
        ("tests/README.md", PlaceClass.TEST),
        ("src/chat.clienttest.tsx", PlaceClass.TEST),
        ("src/api/traces.servertest.ts", PlaceClass.TEST),
        ("src/chat.client-test.ts", PlaceClass.TEST),
        ("packages/test-utils/store.ts", PlaceClass.TEST),
        ("pkg/test_resources/model.yaml", PlaceClass.TEST),
        ("integration_tests/run.py", PlaceClass.TEST),
        ("src/latest_utils/a.py", PlaceClass.LIVE),
        ("src/integrations/a.ts", PlaceClass.LIVE),
        ("src/button.stories.tsx", PlaceClass.EXAMPLE),
        ("src/stories/page.ts", PlaceClass.LIVE),
        ("server/example_models/a.py", PlaceClass.EXAMPLE),
        ("app/_next/static/chunks/main.js", PlaceClass.VENDORED),
        ("dist/index-4f3c2b1a.js", PlaceClass.VENDORED),
        ("dist/index.js", PlaceClass.LIVE),
        ("web/app.bundle.js", PlaceClass.VENDORED),
        ("web/app.js.map", PlaceClass.VENDORED),
        ("web/site.map", PlaceClass.LIVE),
    ],
)
def test_class_of_a_path(path: str, kind: PlaceClass) -> None:
    assert class_of(path) is kind


def test_hits_have_the_line_and_the_text_they_begin_on(tmp_path: Path) -> None:
    with opened(tmp_path, {"a.txt": "one\n  two = 2\r\n\nthree two\n"}) as repository:
        text = repository.text("a.txt")
        assert text is not None
        hits = list(text.hits(compile_bytes(r"(?P<word>two)(?P<rest> = \d)?")))
        assert [(hit.line, hit.text, hit.groups) for hit in hits] == [
            (2, "two = 2", {"word": "two", "rest": " = 2"}),
            (4, "three two", {"word": "two"}),
        ]
        assert text.place(2).text == "two = 2"
        assert text.place(2, commented=True).counts is False
        assert text.place(2, commented=True).path_class is PlaceClass.COMMENTED
        assert text.place(2, quoted=False).text == ""


def test_lines_are_the_same_however_often_they_are_asked_for(tmp_path: Path) -> None:
    with opened(tmp_path, {"a.txt": "x\n" * 30, "b.txt": "y"}) as repository:
        text = repository.text("a.txt")
        assert text is not None
        assert [hit.line for hit in text.hits(compile_bytes("x"))] == list(range(1, 31))
        assert (text.line(30), text.line(31), text.line_at(60)) == ("x", "", 31)
        assert [text.line_at(at) for at in (0, 1, 2, 59)] == [1, 1, 2, 30]
        other = repository.text("b.txt")
        assert other is not None
        assert (other.line_at(0), other.line(1), other.line_around(0)) == (1, "y", "y")


def test_secrets_and_addresses_are_masked_in_a_quoted_line(tmp_path: Path) -> None:
    token = "ghp_" + "Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb3d"  # of the form of an issuer's, made up
    with opened(tmp_path, {"a.env": f"TOKEN={token}\nMAIL=ann.ode@example.org\n"}) as repository:
        quoted = repository.place("a.env", 1).text + repository.place("a.env", 2).text
        assert token not in quoted
        assert "ann.ode" not in quoted
        assert "TOKEN=" in quoted


def test_binary_pointers_and_large_files_have_no_text(tmp_path: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 10\n"
    files = {"b.bin": b"a\0b", "w.pt": pointer, "big.txt": "x" * (MAX_TEXT_BYTES + 1), "l.txt": b"caf\xe9\n"}
    with opened(tmp_path, files) as repository:
        assert [repository.text(name) for name in ("b.bin", "w.pt", "big.txt", "absent")] == [None] * 4
        latin = repository.text("l.txt")
        assert latin is not None
        assert latin.line(1) == "caf\N{REPLACEMENT CHARACTER}"
        assert [(one.path, "2,000,001 bytes" in one.reason) for one in repository.unread] == [("big.txt", True)]


def test_a_document_that_does_not_parse_is_told_once_with_its_line(tmp_path: Path) -> None:
    with opened(tmp_path, {"a.yaml": "x: [1\ny: {", "b.yaml": "k: {n: 5}\n---\nz: 1\n"}) as repository:
        assert repository.document("a.yaml") is None
        assert repository.documents("a.yaml") == ()
        assert [one.path for one in repository.unread] == ["a.yaml"]
        first, second = repository.documents("b.yaml")
        assert (member(first.data, "k", "n"), line_of(first, "k", "n")) == (5, 1)
        assert (member(second.data, "z"), line_of(second, "z")) == (1, 3)
        assert member(first.data, "k", "absent", 3) is None


def test_files_folders_and_first_parents(tmp_path: Path) -> None:
    made = Made(tmp_path / "r")
    root = made.commit("root", {"a/b/c.py": "1\n"})
    made.git("checkout", "-q", "-b", "side")
    made.commit("side", {"d.py": "1\n"})
    made.git("checkout", "-q", "main")
    main = made.commit("main", {"e.py": "1\n"})
    made.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    with Quarantine.open(made.folder, uri="r") as quarantine:
        repository = Repository(quarantine, quarantine.resolve(""))
        assert repository.paths == {"a/b/c.py", "d.py", "e.py"}
        assert repository.folders == {"", "a", "a/b"}
        assert [file.path for file in repository.matching(re.compile(r"^a/.*\.py$"))] == ["a/b/c.py"]
        assert [record.id for record in repository.first_parents] == [repository.commit, main, root]
        assert repository.history is not None
        assert len(repository.history.commits) == 4


def test_a_packet_that_was_committed_is_not_read(tmp_path: Path) -> None:
    bag = {"p/bagit.txt": "BagIt-Version: 1.0\n", "p/manifest-sha256.txt": "", "p/data/EV-1/Dockerfile": "FROM x\n"}
    with opened(tmp_path, {"a.py": "1\n", **bag}) as repository:
        assert repository.paths == {"a.py"}
