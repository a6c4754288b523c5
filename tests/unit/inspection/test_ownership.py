"""Who owns and maintains the project, as files and history say."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer, Fact, PlaceClass


def _fact(folder: Path, files: dict[str, str], key: str) -> Fact:
    return inspected(folder, files, "ownership")[f"ownership/{key}"]


def test_nothing_there(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"a.py": "x = 1\n"}, "ownership")

    assert facts["ownership/code-owners"].answer is Answer.NO
    assert facts["ownership/maintainers"].answer is Answer.NO
    assert facts["ownership/named-contact"].answer is Answer.NO
    assert facts["ownership/human-authors"].values["lower"] == 1


@pytest.mark.parametrize("path", [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
def test_one_rule_gives_everything_to_a_team(tmp_path: Path, path: str) -> None:
    fact = _fact(tmp_path, {path: "# who\n* @acme/ml\n", "models/m.py": "x = 1\n"}, "code-owners")

    assert fact.answer is Answer.YES
    assert spots(fact) == [f"{path}:2"]
    assert fact.values["catch_all"] is True
    assert fact.values["teams"] == ("@acme/ml",)
    assert (fact.values["governed_files"], fact.values["governed_owned"]) == (1, 1)
    assert "No person is named" in fact.statement


def test_accounts_are_counted_and_never_quoted(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"CODEOWNERS": "* @jdoe jane.doe@acme.org\n"}, "code-owners")

    assert fact.answer is Answer.YES
    assert (fact.values["accounts"], fact.values["addresses"]) == (1, 1)
    assert "jdoe" not in fact.model_dump_json()


def test_owners_of_a_corner_are_a_part_and_a_commented_catch_all_does_not_count(tmp_path: Path) -> None:
    files = {".github/CODEOWNERS": "# * @acme/all\n/ui/ @acme/ui\n", "ui/a.ts": "1\n", "b.py": "1\n", "c.py": "1\n"}
    fact = _fact(tmp_path, files, "code-owners")

    assert fact.answer is Answer.PARTIAL
    assert fact.values["owned_files"] == 1
    assert spots(fact) == [".github/CODEOWNERS:2"]
    assert [(place.line, place.path_class) for place in fact.places if not place.counts] == [(1, PlaceClass.COMMENTED)]


@pytest.mark.parametrize("text", ["# * @acme/all\n", "\n", "*\n"])
def test_a_file_in_force_without_an_owner_names_nobody(tmp_path: Path, text: str) -> None:
    assert _fact(tmp_path, {"CODEOWNERS": text}, "code-owners").answer is Answer.NO


def test_a_file_where_no_forge_looks_is_not_in_force(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"config/CODEOWNERS": "* @acme/all\n"}, "code-owners")

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["config/CODEOWNERS"]


@pytest.mark.parametrize(
    ("path", "text", "line", "people"),
    [
        (
            "MAINTAINERS.md",
            "# Maintainers\n\n- Ada ([@ada](https://github.com/ada))\n  - Great Things\n- C ([@carl](x))\n",
            3,
            2,
        ),
        ("MAINTAINERS", "Ada Byron <ada@acme.org>\nCarl Gauss <carl@acme.org>\n", 1, 2),
        ("MAINTAINERS.md", "|Name|GitHub|\n|--|--|\n|Ada|[ada](https://github.com/ada)|\n", 3, 1),
        ("OWNERS", "approvers:\n  - ada\n  - carl\nreviewers:\n  - ada\nemeritus_approvers:\n  - old\n", 2, 2),
    ],
)
def test_files_of_maintainers(tmp_path: Path, path: str, text: str, line: int, people: int) -> None:
    facts = inspected(tmp_path, {path: text}, "ownership")
    fact = facts["ownership/maintainers"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [f"{path}:{line}"]
    assert fact.values["people"] == people
    assert "Ada" not in fact.model_dump_json()
    assert facts["ownership/named-contact"].answer is Answer.YES


@pytest.mark.parametrize(
    "text",
    [
        "# Maintainers\n\nSee the website.\n",
        "# Maintainers\n\n## Emeritus\n\n- [@ada](https://github.com/ada)\n",
        "# Maintainers\n\n<!--\n- @ada\n-->\n",
        "# Maintainers\n\n- @your-username\n",
    ],
)
def test_a_file_of_maintainers_that_names_nobody_in_office(tmp_path: Path, text: str) -> None:
    fact = _fact(tmp_path, {"MAINTAINERS.md": text}, "maintainers")

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["MAINTAINERS.md"]


def test_a_section_of_the_readme_is_less_than_a_file(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"README.md": "# X\n\n## Maintainers\n\n- [@ada](https://github.com/ada)\n"}, "maintainers")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["README.md:3"]


_API = """from fastapi import FastAPI

app = FastAPI(
    title="x",
    contact={"name": "Ada Byron", "email": "ada.byron@acme.org"},
)
"""


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("src/api.py", _API, 5),
        ("pyproject.toml", '[project]\nname = "x"\nauthors = [\n  { name = "Ada Byron" },\n]\n', 4),
        ("setup.py", 'from setuptools import setup\nsetup(\n    name="x",\n    author="Ada Byron",\n)\n', 4),
        ("package.json", '{\n  "name": "x",\n  "author": "Ada Byron <ada@acme.org>"\n}\n', 3),
        ("CITATION.cff", "cff-version: 1.2.0\nauthors:\n  - given-names: Ada\n    family-names: Byron\n", 3),
    ],
)
def test_a_person_without_a_role_is_a_part(tmp_path: Path, path: str, text: str, line: int) -> None:
    fact = _fact(tmp_path, {path: text}, "named-contact")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == [f"{path}:{line}"]
    assert "no role" in fact.statement
    assert "Byron" not in fact.model_dump_json()
    assert "ada" not in fact.model_dump_json().lower().replace("metadata", "")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "pyproject.toml",
            '[project]\nname = "x"\nauthors = [{ name = "Acme Research Team", email = "info@acme.org" }]\n',
        ),
        ("pyproject.toml", '[project]\nname = "x"\nauthors = [{ name = "OpenThing" }]\n'),
        ("package.json", '{"name": "x", "author": "acme <support@acme.org>"}\n'),
        ("pyproject.toml", '[project]\nname = "x"\nauthors = [{ name = "Your Name", email = "you@example.com" }]\n'),
        ("api.py", "from fastapi import FastAPI\napp = FastAPI(contact=CONTACT)\n"),
        ("tests/api.py", _API),
    ],
)
def test_an_organisation_a_function_and_a_placeholder_are_no_person(tmp_path: Path, path: str, text: str) -> None:
    assert _fact(tmp_path, {path: text}, "named-contact").answer is Answer.NO


def test_a_contact_by_names_of_a_setup_script(tmp_path: Path) -> None:
    text = (
        "NAME = 'acme'\nEMAIL = 'ada@acme.org'\nAUTHOR = 'Ada Byron'\n\n"
        "setup(name=NAME, author=AUTHOR, author_email=EMAIL)\n"
    )
    fact = _fact(tmp_path, {"setup.py": text}, "named-contact")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["setup.py:3", "setup.py:2"]
    assert "Byron" not in fact.model_dump_json()
    assert "ada@" not in fact.model_dump_json()


@pytest.mark.parametrize("head", ["AUTHOR = who()", "AUTHOR = 'Ada Byron'\nAUTHOR = 'Max Roe'"])
def test_a_name_that_stands_for_no_one_text_is_no_contact(tmp_path: Path, head: str) -> None:
    assert _fact(tmp_path, {"setup.py": f"{head}\nsetup(author=AUTHOR)\n"}, "named-contact").answer is Answer.NO


@pytest.mark.parametrize(
    ("sentence", "is_said"),
    [
        ("As I have left, **this repository is not maintained anymore**.", True),
        ("This project is no longer actively maintained.", True),
        ("The package has been deprecated.", True),
        ("Version 1 is no longer maintained.", False),
        ("This project is maintained by volunteers.", False),
        ("```\nThis project is not maintained\n```", False),
    ],
)
def test_a_readme_that_says_that_nobody_maintains_it(tmp_path: Path, sentence: str, *, is_said: bool) -> None:
    facts = inspected(tmp_path, {"README.md": f"# App\n\n{sentence}\n"}, "ownership")

    for key in ("maintainers", "named-contact"):
        fact = facts[f"ownership/{key}"]
        assert fact.answer is Answer.NO
        assert spots(fact, counting=False) == (["README.md:3"] if is_said else [])
    assert ("not maintained" in facts["ownership/maintainers"].statement) is is_said


def test_an_author_of_a_package_is_no_maintainer(tmp_path: Path) -> None:
    text = '[project]\nname = "app"\nauthors = [{name = "Ada Byron"}]\n'
    fact = _fact(tmp_path, {"pyproject.toml": text}, "maintainers")

    assert fact.answer is Answer.NO
    assert spots(fact) == []
    assert spots(fact, counting=False) == ["pyproject.toml:3"]
    assert "Byron" not in fact.model_dump_json()


def test_an_address_for_complaints_is_no_contact(tmp_path: Path) -> None:
    text = "# Code of conduct\n\nAbuse may be reported by contacting the team at team@acme.org.\n"
    fact = _fact(tmp_path, {"CODE_OF_CONDUCT.md": text}, "named-contact")

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["CODE_OF_CONDUCT.md:3"]
    assert "team@" not in fact.model_dump_json()


def test_a_maintainer_in_the_metadata_has_a_role(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\nmaintainers = [{ name = "Ada Byron", email = "ada@acme.org" }]\n'
    assert _fact(tmp_path, {"pyproject.toml": text}, "named-contact").answer is Answer.YES


def _written_by(folder: Path, people: list[tuple[str, str]], files: dict[str, str] | None = None) -> Fact:
    made = Repository(folder)
    for number, (name, address) in enumerate(people):
        files_of = {**(files or {}), "a.txt": f"{number}\n"}
        made.commit(f"commit {number}", files_of, GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL=address)
    return facts_of(made.folder, "ownership")["ownership/human-authors"]


@pytest.mark.parametrize(
    ("people", "lower", "upper"),
    [
        ([("Ada", "ada@x.org"), ("Carl", "carl@x.org")], 2, 2),
        ([("Ada", "ada@x.org"), ("Ada", "ada@y.org")], 1, 1),
        ([("Ada", "ada@x.org"), ("ada byron", "ada@x.org")], 1, 2),
        ([("Ada", "1+adab@users.noreply.github.com"), ("adab", "ada@x.org")], 1, 2),
        ([("Lisa", "1+lisa@users.noreply.github.com"), ("L", "lisa@users.noreply.github.com")], 1, 2),
        ([("Ada", "ada@x.org"), ("dependabot[bot]", "49+dependabot[bot]@users.noreply.github.com")], 1, 1),
        ([("Ada", "a@x.org"), ("acme-machine", "7+acme-machine@users.noreply.github.com")], 1, 1),
        ([("Ada", "a@x.org"), ("acme-machine", "7+m@x.org"), ("ACME", "7+m@x.org")], 1, 1),
        ([("Ada", "a@x.org"), ("snyk-bot", "snyk-bot@snyk.io"), ("GitHub Actions", "actions@github.com")], 1, 1),
        ([("BotMaster3000", "b@x.org"), ("Travis Hill", "github@hill.org")], 2, 2),
        ([("Ada", "a@x.org"), ("=", "=")], 1, 2),
    ],
)
def test_people_are_counted_between_two_bounds(
    tmp_path: Path, people: list[tuple[str, str]], lower: int, upper: int
) -> None:
    fact = _written_by(tmp_path, people)

    assert fact.answer is Answer.VALUE
    assert (fact.values["lower"], fact.values["upper"]) == (lower, upper)
    assert not any(name in fact.model_dump_json() for name, _ in people if len(name) > 4)


def test_the_mailmap_is_honoured(tmp_path: Path) -> None:
    people = [("Ada", "ada@x.org"), ("countess", "c@y.org")]
    fact = _written_by(tmp_path, people, {".mailmap": "Ada <ada@x.org> <c@y.org>\n"})

    assert (fact.values["lower"], fact.values["upper"]) == (1, 1)


def test_only_the_twelve_months_to_the_commit_count(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit("old", {"a.txt": "1\n"}, GIT_AUTHOR_NAME="Old", GIT_COMMITTER_DATE="1700000000 +0000")
    made.commit("new", {"a.txt": "2\n"}, GIT_AUTHOR_NAME="New", GIT_COMMITTER_DATE="1750000000 +0000")

    values = facts_of(made.folder, "ownership")["ownership/human-authors"].values

    assert (values["lower"], values["commits"], values["window_end"]) == (1, 1, "2025-06-15")


def test_a_file_of_maintainers_that_cannot_be_read_is_not_absent(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"MAINTAINERS": "\0\1"}, "maintainers")

    assert fact.answer is Answer.UNKNOWN
    assert spots(fact, counting=False) == ["MAINTAINERS"]
