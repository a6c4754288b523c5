"""Releases as tags, version strings, notes and published names show them."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer, Fact

_SIGNED = """tree {tree}
author Ada <ada@example.org> 1767225600 +0000
committer Ada <ada@example.org> 1767225600 +0000
gpgsig -----BEGIN PGP SIGNATURE-----
 abc
 -----END PGP SIGNATURE-----

one
"""
_TAGGED = """object {commit}
type commit
tag v1.0
tagger Ada <ada@example.org> 1767225600 +0000

one
-----BEGIN PGP SIGNATURE-----
abc
-----END PGP SIGNATURE-----
"""


def _facts(made: Repository) -> dict[str, Fact]:
    return {key.rpartition("/")[2]: fact for key, fact in facts_of(made.folder, "releases").items()}


def test_without_a_tag_the_tree_tells_its_versions(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "x"\nversion = "0.1.0"\n',
        "src/x/api.py": 'from fastapi import FastAPI\n\napp = FastAPI(\n    version="v1.1",\n)\n',
    }
    facts = inspected(tmp_path, files, "releases")
    last, signed, agreement = (facts[f"releases/{key}"] for key in ("last-tag", "signed", "version-agreement"))

    assert (last.answer, signed.answer, agreement.answer) == (Answer.NO, Answer.NO, Answer.NO)
    assert spots(last) == spots(agreement) == ["pyproject.toml:3", "src/x/api.py:4"]
    assert "0.1.0" in agreement.statement
    assert "v1.1" in agreement.statement


def test_a_lightweight_tag_some_commits_ago(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    first = made.commit("Release 1.2.0", {"x/version.py": '__version__ = "1.2.0"\n'})
    made.git("tag", "v1.2.0")
    made.commit("Release 1.2.0", {"a.txt": "1\n"})
    made.commit("later", {"a.txt": "2\n"})

    facts = _facts(made)

    assert facts["last-tag"].answer is Answer.VALUE
    values = facts["last-tag"].values
    assert (values["name"], values["date"], values["commit"]) == ("v1.2.0", "2026-01-01", first)
    assert (values["commits_further"], values["same_subject"], values["annotated"]) == (2, 1, False)
    assert spots(facts["last-tag"]) == ["x/version.py:1"]
    assert facts["signed"].answer is Answer.NO
    assert facts["version-agreement"].answer is Answer.YES


def test_a_lightweight_tag_on_a_signed_commit_is_no_signed_tag(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit("one", {"a.txt": "1\n"})
    made.raw_commit(_SIGNED.format(tree=made.git("rev-parse", "HEAD^{tree}")).encode())
    made.git("tag", "v1.0", "main")

    fact = _facts(made)["signed"]

    assert fact.answer is Answer.PARTIAL
    assert fact.values["commit_signature"] == "gpg"
    assert "lightweight" in fact.statement


def test_a_signed_tag(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    commit = made.commit("one", {"a.txt": "1\n"})
    tag = made.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=_TAGGED.format(commit=commit).encode())
    made.git("update-ref", "refs/tags/v1.0", tag)

    fact = _facts(made)["signed"]

    assert fact.answer is Answer.YES
    assert "not verified" in fact.statement


def test_an_annotated_tag_without_a_signature(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit("one", {"a.txt": "1\n"})
    made.git("tag", "-a", "v1.0", "-m", "one")

    assert _facts(made)["signed"].answer is Answer.NO


def test_the_last_release_is_the_newest_that_the_commit_reaches(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit("one", {"a.txt": "1\n"})
    made.git("tag", "2.0.0")
    made.git("tag", "chart-9.9.9")
    made.commit("two", {"a.txt": "2\n"})
    made.git("tag", "0.10.0")
    made.git("tag", "0.9.0")
    made.git("tag", "latest")
    made.git("checkout", "-q", "-b", "side")
    made.commit("three", {"a.txt": "3\n"})
    made.git("tag", "0.11.0")
    made.git("checkout", "-q", "main")

    fact = _facts(made)["last-tag"]

    assert fact.values["name"] == "0.10.0"
    assert fact.values["commits_further"] == 0
    assert fact.values["not_reached"] == "0.11.0"
    assert "2.0.0, of a higher version, is older" in fact.statement


@pytest.mark.parametrize(
    ("files", "answer", "places"),
    [
        ({"package.json": '{"name": "x",\n "version": "1.2"}\n', "VERSION": "v1.2.0\n"}, Answer.YES, 2),
        ({"package.json": '{"name": "x",\n "version": "1.3.0"}\n', "VERSION": "1.2.0\n"}, Answer.NO, 2),
        ({"package.json": '{"name": "x",\n "version": "1.3.0"}\n'}, Answer.NOT_APPLICABLE, 0),
        ({"a.txt": "1.3.0\n"}, Answer.NOT_APPLICABLE, 0),
        # What another package, a plugin, a test or a placeholder says is not of the same package.
        ({"package.json": '{"name": "x", "version": "1.3.0"}', "plugins/y/version.ts": 'const VERSION = "2.0.0";'},
         Answer.NOT_APPLICABLE, 0),
        ({"package.json": '{"name": "x", "version": "1.3.0"}', "web/package.json": '{"name": "w", "version": "2.0.0"}'},
         Answer.UNKNOWN, 0),
        ({"package.json": '{"name": "x", "version": "0.0.0"}', "VERSION": "2.0.0"}, Answer.NOT_APPLICABLE, 0),
        ({"package.json": '{"name": "x", "version": "1.0.0"}', "tests/VERSION": "2.0.0"}, Answer.NOT_APPLICABLE, 0),
    ],
)  # fmt: skip
def test_version_strings_of_one_package_are_compared(
    tmp_path: Path, files: dict[str, str], answer: Answer, places: int
) -> None:
    fact = inspected(tmp_path, files, "releases")["releases/version-agreement"]

    assert fact.answer is answer
    assert len(spots(fact)) == places


def test_notes_without_the_last_release_show_their_newest_entry_and_do_not_count(tmp_path: Path) -> None:
    log = "# Changes\n\n## [0.10.0] - 2026-01-01\n\n## [0.9.0] - 2025-01-01\n"
    made = Repository(tmp_path)
    made.commit("one", {"CHANGELOG.md": log, "cliff.toml": "[changelog]\n"})
    made.git("tag", "v1.0.0")

    fact = _facts(made)["release-notes"]

    assert fact.answer is Answer.NO
    assert "0.10.0" in fact.statement
    assert "v1.0.0" in fact.statement
    assert spots(fact, counting=False) == ["CHANGELOG.md:3", "cliff.toml"]


def test_notes_without_any_release_to_compare_with_are_not_judged(tmp_path: Path) -> None:
    fact = inspected(tmp_path, {"CHANGELOG.md": "## 0.9.0\n"}, "releases")["releases/release-notes"]

    assert fact.answer is Answer.UNKNOWN


SETUP = "from setuptools import setup\n{head}\nsetup(name={name}, version={version})\n"
INIT = '"""A package."""\n\n__version__ = "1.2.0"\n'
READ = "VERSION = re.search('x', open('acme/__init__.py').read())[1]"
JOINED = 'path = os.path.join(HERE, "acme", "_version.py")\nexec(open(path).read())'


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"setup.py": SETUP.format(head='NAME = "acme"', name="NAME", version="V"), "acme/__init__.py": INIT},
         "acme/__init__.py:3"),
        ({"setup.py": SETUP.format(head=READ, name="'other'", version="VERSION"), "acme/__init__.py": INIT},
         "acme/__init__.py:3"),
        ({"setup.py": SETUP.format(head=JOINED, name="'other'", version="v"), "acme/_version.py": "version = '1.2.0'"},
         "acme/_version.py:1"),
        ({"setup.py": SETUP.format(head="import acme.about", name="'other'", version="acme.about.__version__"),
          "acme/about.py": INIT}, "acme/about.py:3"),
        ({"setup.cfg": "[metadata]\nname = other\nversion = attr: acme.core.__version__\n", "src/acme/core.py": INIT},
         "src/acme/core.py:3"),
        ({"setup.cfg": "[metadata]\nname = other\nversion = file: acme/VERSION\n", "acme/VERSION": "1.2.0\n"},
         "acme/VERSION:1"),
        ({"pyproject.toml": "[project]\nname = 'other'\ndynamic = ['version']\n"
          "[tool.setuptools.dynamic]\nversion = {attr = 'acme.__version__'}\n", "acme/__init__.py": INIT},
         "acme/__init__.py:3"),
        ({"pyproject.toml": "[project]\nname = 'other'\ndynamic = ['version']\n"
          "[tool.hatch.version]\npath = 'acme/about.py'\n", "acme/about.py": INIT}, "acme/about.py:3"),
    ],
)  # fmt: skip
def test_a_version_that_is_read_from_a_module_is_the_package_s(
    tmp_path: Path, files: dict[str, str], place: str
) -> None:
    made = Repository(tmp_path)
    made.commit("one", files)
    made.git("tag", "v1.2.0")

    fact = _facts(made)["version-agreement"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [place]


def test_other_texts_of_a_module_that_is_read_are_no_version(tmp_path: Path) -> None:
    files = {
        "setup.py": SETUP.format(head="from acme import tools", name="'other'", version="tools.v()"),
        "acme/__init__.py": 'min_version = "3.8"\n',
    }
    assert inspected(tmp_path, files, "releases")["releases/version-agreement"].answer is Answer.NOT_APPLICABLE


def _with_notes(folder: Path, tag: str, version: str, heading: str) -> Fact:
    made = Repository(folder)
    made.commit("one", {"a.txt": "1\n"})
    made.git("tag", tag)
    made.commit("two", {"VERSION": f"{version}\n", "CHANGELOG.md": f"# Changes\n\n## {heading}\n"})
    return _facts(made)["version-agreement"]


@pytest.mark.parametrize(
    ("tag", "version", "heading", "answer"),
    [
        ("v4.0.0", "4.1.0a2", "V4.1.0a1, to come", Answer.NO),
        ("v1.0.0", "1.2.0", "1.1.0", Answer.NO),
        ("v1.0.0", "1.1.0", "1.1.0", Answer.YES),
        ("v1.0.0", "1.1.0.dev1", "[1.1.0] - unreleased", Answer.YES),
        ("v1.0.0", "1.0.0", "[1.1.0] - 2025-01-22", Answer.PARTIAL),  # it has a date, and neither a tag nor a version
        ("v1.0.0", "1.0.0", "1.1.0 (unreleased)", Answer.YES),  # the version is raised with the release
        ("v1.0.0", "1.1.0", "1.0.0", Answer.UNKNOWN),  # notes of a past release
        ("v1.0.0", "1.1.0", "Upgrading to 3.0.0", Answer.UNKNOWN),
    ],
)
def test_notes_are_a_voice_on_the_release_to_come(
    tmp_path: Path, tag: str, version: str, heading: str, answer: Answer
) -> None:
    fact = _with_notes(tmp_path, tag, version, heading)

    assert fact.answer is answer
    if answer is Answer.NO:
        assert spots(fact) == ["VERSION:1", "CHANGELOG.md:3"]
        assert tag in fact.statement


def test_a_tag_on_the_commit_that_says_another_version(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit("one", {"pyproject.toml": '[tool.poetry]\nname = "x"\nversion = "0.4.0"\n'})
    made.git("tag", "0.16.35")

    fact = _facts(made)["version-agreement"]

    assert fact.answer is Answer.NO
    assert spots(fact) == ["pyproject.toml:3"]
    assert "0.16.35" in fact.statement


def test_a_version_that_is_ahead_of_the_last_tag_is_the_next_one(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit("one", {"VERSION": "1.0.0\n"})
    made.git("tag", "v1.0.0")
    made.commit("two", {"VERSION": "1.1.0\n"})

    fact = _facts(made)["version-agreement"]

    assert fact.answer is Answer.UNKNOWN
    assert "v1.0.0" in fact.statement
    assert spots(fact, counting=False) == ["VERSION:1"]


@pytest.mark.parametrize(
    ("files", "answer", "place"),
    [
        ({"CHANGELOG.md": "# Changes\n\n## [1.0.0] - 2026-01-01\n\n- x\n"}, Answer.YES, ["CHANGELOG.md:3"]),
        ({"CHANGELOG.md": "# Changes\n\n## 0.9.0\n\n- x\n"}, Answer.NO, []),
        ({"docs/release.md": "# Notes\n\n## V1.0.0, May\n"}, Answer.YES, ["docs/release.md:3"]),
        # A page on how to release is no log, and a number of a step or a year is no version.
        ({"RELEASE.md": "# How to\n\n## 1. Choose a version such as 1.0.0\n"}, Answer.NO, []),
        ({"CHANGELOG.md": "# Changes\n\n## Step 1\n"}, Answer.NO, []),
        ({"CHANGELOG.md": "# Changes\n\n## 0.9.0\n", "VERSION": "1.0.0\n"}, Answer.NO, ["VERSION:1"]),
        ({"release-notes/v1.0.0.md": "Notes\n"}, Answer.YES, ["release-notes/v1.0.0.md"]),
        ({".github/release.yml": "changelog: {}\n"}, Answer.PARTIAL, [".github/release.yml"]),
        ({"CHANGELOG.md": "See the website.\n"}, Answer.NO, []),
        ({"a.txt": "1.0.0\n"}, Answer.NO, []),
    ],
)
def test_release_notes(tmp_path: Path, files: dict[str, str], answer: Answer, place: list[str]) -> None:
    made = Repository(tmp_path)
    made.commit("one", files)
    made.git("tag", "v1.0.0")

    fact = _facts(made)["release-notes"]

    assert fact.answer is answer
    assert spots(fact) == place


_PARTS = """_MAJOR = "0"
_MINOR = "6"
# A note.
_PATCH = "1"
_SUFFIX = ""
VERSION_SHORT = "{0}.{1}".format(_MAJOR, _MINOR)
VERSION = "{0}.{1}.{2}{3}".format(_MAJOR, _MINOR, _PATCH, _SUFFIX)
"""


@pytest.mark.parametrize(
    ("code", "said", "line"),
    [
        (_PARTS, "0.6.1", 4),
        ('MAJOR = 2\nMINOR = 10\nPATCH = 3\n__version__ = f"{MAJOR}.{MINOR}.{PATCH}"\n', "2.10.3", 3),
        ('MAJOR, = 1,\nversion_info = (1, 4, 2)\n__version__ = ".".join(map(str, version_info))\n', "1.4.2", 2),
        ('VERSION_INFO = (1, 4, 2)\n__version__ = ".".join(str(x) for x in VERSION_INFO)\n', "1.4.2", 1),
        ('MAJOR = 1\nMINOR = 4\n__version__ = "%d.%d" % (MAJOR, MINOR)\n', "1.4", 2),
        ('MAJOR = "1"\nMINOR = "4"\n__version__ = MAJOR + "." + MINOR\n', "1.4", 2),
        # A part that the file does not say, and one that it says twice, leave nothing to compare.
        ('MAJOR = 1\n__version__ = f"{MAJOR}.{build()}"\n', "", 0),
        ('MAJOR = 1\nMINOR = 2\n__version__ = f"{MAJOR}.{MINOR}.{BUILD}"\n', "", 0),
        ('MAJOR = 1\nMINOR = 2\nMINOR = 3\n__version__ = f"{MAJOR}.{MINOR}"\n', "", 0),
        ('MAJOR = 1\nMINOR = 2\n__version__ = "unknown"\n', "", 0),
    ],
)  # fmt: skip
def test_a_version_that_is_put_together_from_parts_is_one(tmp_path: Path, code: str, said: str, line: int) -> None:
    made = Repository(tmp_path)
    metadata = '[project]\nname = "acme"\ndynamic = ["version"]\n[tool.setuptools.dynamic]\n'
    made.commit("one", {"pyproject.toml": metadata + 'version = {attr = "acme.version.VERSION"}\n',
                        "acme/version.py": code})  # fmt: skip
    made.git("tag", f"v{said or '1.4'}")

    fact = _facts(made)["version-agreement"]

    assert fact.values["versions"] == ((said,) if said else ())
    assert fact.answer is (Answer.YES if said else Answer.UNKNOWN)
    assert spots(fact) == ([f"acme/version.py:{line}"] if said else [])


def test_the_api_of_a_script_is_no_release_of_the_project(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "acme"\nversion = "0.6.0"\n',
        "scripts/try.py": 'from fastapi import FastAPI\n\napp = FastAPI(title="Try", version="0.0.1")\n',
    }
    assert inspected(tmp_path / "a", files, "releases")["releases/version-agreement"].answer is Answer.NOT_APPLICABLE

    files["acme/main.py"] = files.pop("scripts/try.py")
    fact = inspected(tmp_path / "b", files, "releases")["releases/version-agreement"]
    assert fact.answer is Answer.NO
    assert spots(fact) == ["pyproject.toml:3", "acme/main.py:3"]
