"""Code owners: the file in force, as GitHub and as GitLab read it, over the governed paths of the tree."""

import hashlib
from pathlib import Path

import pytest

from support.collecting import in_git, line_text, problems, source
from support.git_repositories import Repository
from tieout.collectors.git import collect
from tieout.collectors.git.path_patterns import path_pattern
from tieout.kernel.errors import ConfigError

BEN = "person-" + hashlib.sha256(b"claims-triage\nben@example.org").hexdigest()[:10]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def gather(repository: Repository, *provides: str, **options):
    return in_git(collect, repository, source("git", ".", provides=provides or None, options=options))


def item_of(gathered, type_: str):
    (item,) = [item for item in gathered.result.items if item.type == type_]
    return item


def owners(gathered) -> dict[str, list[str]]:
    return {owned["path"]: owned["owners"] for owned in item_of(gathered, "codeowners").facts["governed"]}


def test_the_last_matching_rule_owns_a_governed_path_and_its_line_is_named(repository: Repository):
    repository.commit(
        "one",
        {
            ".github/CODEOWNERS": "# who decides\n* @org/all\n/prompts/ @ada ben@example.org # inline\n/evals/*\n",
            "prompts/a.md": "x",
            "evals/a.yaml": "x",
            "evals/deep/b.yaml": "x",
            "models/m.onnx": "x",
            "tests/prompts/t.md": "x",
            "src/a.py": "x",
        },
    )
    gathered = gather(repository)
    assert owners(gathered) == {
        "evals/a.yaml": [],
        "evals/deep/b.yaml": ["@org/all"],
        "models/m.onnx": ["@org/all"],
        "prompts/a.md": ["@ada", BEN],
    }
    item = item_of(gathered, "codeowners")
    assert line_text(gathered, item, "/governed/3").startswith("/prompts/ @ada")
    assert line_text(gathered, item, "/governed/0") == "/evals/*"
    assert line_text(gathered, item, "/rules/0") == "* @org/all"


def test_the_first_place_in_the_forges_order_is_in_force_even_when_it_is_empty(repository: Repository):
    files = {"CODEOWNERS": "* @root\n", "docs/CODEOWNERS": "* @docs\n", "prompts/a.md": "x"}
    repository.commit("one", files)
    assert owners(gather(repository)) == {"prompts/a.md": ["@root"]}
    repository.commit("two", {".github/CODEOWNERS": "# nothing yet\n\n"})
    gathered = gather(repository)
    assert not [item for item in gathered.result.items if item.type == "codeowners"]
    (absent,) = problems(gathered, "absent")
    assert (absent.place.path, absent.reason) == (".github/CODEOWNERS", "holds no rule that names an owner")
    assert sorted(problem.place.path for problem in problems(gathered, "not-counted")) == [
        "CODEOWNERS",
        "docs/CODEOWNERS",
    ]


@pytest.mark.parametrize("place", ["tests/fixtures/CODEOWNERS", "examples/CODEOWNERS", "src/CODEOWNERS"])
def test_a_copy_elsewhere_is_not_in_force(repository: Repository, place: str):
    repository.commit("one", {place: "* @fake\n"})
    gathered = gather(repository, "codeowners")
    assert not gathered.result.items
    assert {problem.status for problem in problems(gathered)} == {"not-counted", "absent"}


@pytest.mark.parametrize(
    "content",
    ["", "\n", "# * @ada\n", "*\n", "/prompts/ nobody\n", "* <your team here>\n", "There is no owner of this.\n"],
)
def test_a_file_that_names_no_owner_gives_no_fact(repository: Repository, content: str):
    repository.commit("one", {"CODEOWNERS": content, "prompts/a.md": "x"})
    gathered = gather(repository, "codeowners")
    assert not gathered.result.items
    assert problems(gathered, "absent")


def test_gitlab_sections_add_up_and_give_default_owners(repository: Repository):
    text = "* @all\n[Prompts] @prompt-team\nprompts/\n^[Optional][2]\nprompts/a.md @ada\n[Prompts]\n!prompts/b.md\n"
    repository.commit("one", {".gitlab/CODEOWNERS": text, "prompts/a.md": "x", "prompts/b.md": "x"})
    assert owners(gather(repository)) == {
        "prompts/a.md": ["@all", "@prompt-team", "@ada"],
        "prompts/b.md": ["@all"],
    }


def otherwise(gathered) -> dict[str, list[str]]:
    governed = item_of(gathered, "codeowners").facts["governed"]
    return {owned["path"]: owned["otherwise"] for owned in governed if owned.get("otherwise") is not None}


ON_GITHUB = [(".github/CODEOWNERS", "a"), ("CODEOWNERS", ".github/workflows/ci.yml"), ("docs/CODEOWNERS", ".github/a")]
ON_GITLAB = [(".gitlab/CODEOWNERS", "a"), ("CODEOWNERS", ".gitlab-ci.yml"), ("docs/CODEOWNERS", ".gitlab/a")]
OF_NEITHER = [("CODEOWNERS", "a"), ("docs/CODEOWNERS", "a"), ("CODEOWNERS", ".github/a .gitlab/a")]


def on_a_forge(repository: Repository, place: str, signs: str, text: str):
    repository.commit("one", {place: text, **dict.fromkeys(signs.split(), "x"), "prompts/a.md": "x"})
    return gather(repository, "codeowners")


@pytest.mark.parametrize(("place", "signs"), ON_GITHUB)
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/prompts/[ab].md @fake", "'/prompts/[ab].md' does nothing on GitHub, which takes no [ ] in a pattern"),
        ("!/prompts/a.md", "'!/prompts/a.md' does nothing on GitHub, which takes no ! before a pattern"),
        ("\\#a.md @fake", "'\\#a.md' does nothing on GitHub, which takes no escaped #"),
        ("[Prompts] @fake", "is a section, which does nothing on GitHub"),
        ("^[Prompts][2] @fake", "is a section, which does nothing on GitHub"),
    ],
)
def test_what_only_gitlab_takes_does_nothing_on_github(
    repository: Repository, place: str, signs: str, line: str, told: str
):
    gathered = on_a_forge(repository, place, signs, f"prompts/ @a\n{line}\n")
    assert (owners(gathered), otherwise(gathered)) == ({"prompts/a.md": ["@a"]}, {})
    [problem] = problems(gathered)
    assert (problem.status, problem.place.line, problem.reason) == ("not-counted", 2, told)


@pytest.mark.parametrize(("place", "signs"), ON_GITLAB)
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/prompts/[ab].md @b", ["@b"]),
        ("* @b\n!/prompts/a.md", []),
        ("!/prompts/a.md\n* @b", []),  # what is excluded stays so
        ("[One] @b\nprompts/\n[Two] @c\n!*.md\n*", ["@b"]),
        ("* @a\n[One]\nprompts/ @b", ["@a", "@b"]),
    ],
)
def test_what_only_gitlab_takes_counts_there(
    repository: Repository, place: str, signs: str, text: str, found: list[str]
):
    gathered = on_a_forge(repository, place, signs, f"{text}\nother @x\n")
    assert (owners(gathered), otherwise(gathered)) == ({"prompts/a.md": found}, {})
    assert not [problem for problem in problems(gathered) if problem.place.path == place]


@pytest.mark.parametrize("where", OF_NEITHER)
@pytest.mark.parametrize(
    ("text", "github", "gitlab", "line"),
    [
        ("* @a\n/prompts/[ab].md @b", ["@a"], ["@b"], 2),
        ("/prompts/[ab].md @b", [], ["@b"], 1),
        ("* @a\n!/prompts/*", ["@a"], [], 2),
        ("other @a\n[One] @b\nprompts/", [], ["@b"], 2),
        ("* @a\n[One]\nprompts/ @b", ["@b"], ["@a", "@b"], 2),
        ("* @a\n[One] @a\nprompts/ @a", ["@a"], None, 3),
        ("* @a\n[One]\nother @b", ["@a"], None, 1),
        ("* @a", ["@a"], None, 1),
    ],
)
def test_where_no_forge_is_told_a_path_has_the_owners_of_both_readings(
    repository: Repository, *, where: tuple[str, str], text: str, github: list[str], gitlab: list[str] | None, line: int
):
    gathered = on_a_forge(repository, *where, f"{text}\n")
    found = {} if gitlab is None else {"prompts/a.md": gitlab}
    assert (owners(gathered), otherwise(gathered)) == ({"prompts/a.md": github}, found)
    assert item_of(gathered, "codeowners").place("/governed/0").line == line


def test_of_two_files_each_forge_reads_its_own(repository: Repository):
    files = {".github/CODEOWNERS": "* @hub\n", ".gitlab/CODEOWNERS": "# nobody here\n* @lab\n", "prompts/a.md": "x"}
    repository.commit("one", files)
    gathered = gather(repository, "codeowners")
    assert (owners(gathered), otherwise(gathered)) == ({"prompts/a.md": ["@hub"]}, {"prompts/a.md": ["@lab"]})
    place = item_of(gathered, "codeowners").place("/governed/0")
    assert (place.path, place.line) == (".gitlab/CODEOWNERS", 2)
    assert not problems(gathered)


def test_the_option_names_the_governed_paths(repository: Repository):
    repository.commit("one", {"CODEOWNERS": "* @a\n", "src/brain.py": "x", "docs/policies/p.md": "x"})
    gathered = gather(repository, governed=["src/**", "docs/policies/"])
    assert owners(gathered) == {"docs/policies/p.md": ["@a"], "src/brain.py": ["@a"]}
    [setting] = item_of(gathered, "codeowners").facts["settings"]
    assert setting.startswith("governed paths chosen by the source: src/**, docs/policies/ (default: ")
    assert item_of(gather(repository), "codeowners").facts["settings"] == []
    with pytest.raises(ConfigError, match="governed"):
        gather(repository, governed="src")


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*.py", ["a.py", "x/b.py"], ["a.pyc"]),
        ("/docs/*", ["docs/a"], ["docs/a/b", "x/docs/a"]),
        ("docs/", ["docs/a", "docs/a/b", "x/docs/a"], ["docs"]),
        ("/build/logs/", ["build/logs/a/b"], ["x/build/logs/a"]),
        ("apps/**/test", ["apps/test", "apps/x/y/test"], ["test"]),
        ("a\\ b", ["a b", "a b/c"], ["a"]),
        ("**/models", ["models/a", "x/models/a"], ["model"]),
    ],
)
def test_patterns_mean_what_forges_say(pattern: str, yes: list[str], no: list[str]):
    known = path_pattern(pattern)
    assert known is not None
    assert [path for path in yes if not known.matches(path)] == []
    assert [path for path in no if known.matches(path)] == []


def test_rules_that_cannot_be_compared_with_all_paths_are_unreadable_and_not_half_read(repository: Repository):
    rules = "".join(f"*{at}*a*a*a*b @team{at}\n" for at in range(3000))
    files = {f"prompts/{'a' * 120}{at}": "x" for at in range(400)}
    repository.commit("one", {"CODEOWNERS": rules, **files})
    gathered = gather(repository, "codeowners")
    assert not gathered.result.items
    [problem] = problems(gathered, "unreadable")
    assert problem.place.path == "CODEOWNERS"
    assert problem.reason.startswith("its 3,000 rules cannot be compared with 400 governed paths: too many of them")


def test_a_file_of_too_many_rules_is_unreadable_at_its_first_rule_too_many(repository: Repository):
    repository.commit("one", {"CODEOWNERS": "a @b\n" * 20_001, "prompts/a": "x"})
    [problem] = problems(gather(repository, "codeowners"), "unreadable")
    assert (problem.place.path, problem.place.line) == ("CODEOWNERS", 20_001)
    assert problem.reason == "has more than 20,000 rules"


def test_many_lines_that_do_nothing_are_told_in_few_rows(repository: Repository):
    repository.commit("one", {"CODEOWNERS": "* @a\n" + "! @b\n" * 500, "prompts/a": "x"})
    gathered = gather(repository, "codeowners")
    assert owners(gathered) == {"prompts/a": ["@a"]}
    told = problems(gathered, "not-counted")
    assert len(told) == 21
    assert (told[-1].place.line, told[-1].reason) == (22, "480 more lines do nothing here, from this one on")


def test_an_owner_as_long_as_the_file_is_no_owner_and_costs_no_time(repository: Repository):
    repository.commit("one", {"CODEOWNERS": "* @a\nprompts/ a@" + "." * 2_000_000 + "@\n", "prompts/a": "x"})
    gathered = gather(repository, "codeowners")
    assert owners(gathered) == {"prompts/a": ["@a"]}
    assert [one.reason for one in problems(gathered)] == ["names an owner that is neither @name nor an address"]
