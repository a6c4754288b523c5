"""What places show is for people: no answer hangs on its wording."""

import ast
from pathlib import Path

import tieout.inspection
from support.git_repositories import Repository as Made
from tieout.inspection.reading.model_calls import rate_limits_in_code
from tieout.inspection.reading.model_patience import patience_around_calls
from tieout.inspection.repository import Repository
from tieout.kernel.git.quarantine import Quarantine

ROOT = Path(tieout.inspection.__file__).parent
COMPARING = {"startswith", "endswith", "find", "index", "count", "removeprefix"}


def _deciding(tree: ast.AST) -> list[int]:
    """Lines that compare what a place shows, or look into it."""
    found = []
    for node in ast.walk(tree):
        compared: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            compared = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COMPARING:
            compared = [node.func.value]
        found += [one.lineno for one in compared if isinstance(one, ast.Attribute) and one.attr == "shows"]
    return found


def test_no_reading_and_no_topic_decides_by_what_a_place_shows() -> None:
    deciding = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted(ROOT.rglob("*.py"))
        for line in _deciding(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert deciding == set()


def test_the_check_sees_each_form() -> None:
    forms = 'a.shows == "x"\na.shows in b\n"x" in a.shows\na.shows.startswith("x")\nb(a.shows)\nf"{a.shows}"\n'
    assert _deciding(ast.parse(forms)) == [1, 2, 3, 4]


def test_limits_are_told_apart_by_their_kind(tmp_path: Path) -> None:
    files = {
        "own.py": "def check(requests_count, rate_limit):\n    if requests_count >= rate_limit:\n"
        '        raise HTTPException(status_code=429, detail="too many")\n',
        "library.py": "from slowapi import Limiter\n\nlimiter = Limiter(key_func=who)\n",
        "call.py": "import openai\nimport tenacity\n\n\n@tenacity.retry(\n    stop=tenacity.stop_after_attempt(3),\n)\n"
        "def ask(client):\n    return client.chat.completions.create(model='m', timeout=5)\n",
    }
    Made(tmp_path / "r").commit("one", files)
    with Quarantine.open(tmp_path / "r", uri="r") as quarantine:
        repository = Repository(quarantine, quarantine.resolve("main"))
        limits = {(place.path, is_own) for place, is_own in rate_limits_in_code(repository)}
        patience = {(place.line, is_limit) for place, is_limit in patience_around_calls(repository)}
    assert limits == {("own.py", True), ("library.py", False)}
    assert patience == {(5, True), (6, False), (9, True)}
