"""The program that a command really starts: `poetry run`, `npx`, `sudo`, `python -m` and the like taken away."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_PYTHON = re.compile(r"(?:python|pypy|py)(?:\d+(?:\.\d+)?)?(?:\.exe)?\Z")
_MODULE = re.compile(r"-[a-zA-Z]*m\Z")
_SHELL: Final = frozenset({"bash", "sh", "zsh", "dash"})
_DEEPEST: Final = 8

#: Starters by their words, with the options that take a value.
_STARTERS: Final[Mapping[tuple[str, ...], frozenset[str]]] = {
    ("sudo",): frozenset({"-u", "-g"}),
    ("env",): frozenset({"-u", "-C"}),
    ("time",): frozenset(), ("nice",): frozenset({"-n"}), ("nohup",): frozenset(), ("exec",): frozenset(),
    ("command",): frozenset(), ("xvfb-run",): frozenset({"-s", "-n"}), ("stdbuf",): frozenset(),
    ("poetry", "run"): frozenset({"-C", "--directory", "-P"}),
    ("uv", "run"): frozenset({
        "--with", "--extra", "--group", "--project", "--directory", "--python", "-p", "--package", "--only-group",
        "--with-requirements", "--with-editable", "--env-file", "--no-group", "--index", "--index-url",
    }),
    ("uvx",): frozenset({"--with", "--python", "-p"}),
    ("uv", "tool", "run"): frozenset({"--with", "--python", "-p"}),
    ("pipx", "run"): frozenset({"--python"}),
    ("pipenv", "run"): frozenset(), ("rye", "run"): frozenset(), ("hatch", "-e"): frozenset(),
    ("pixi", "run"): frozenset({"-e", "--environment"}),
    ("conda", "run"): frozenset({"-n", "-p"}), ("micromamba", "run"): frozenset({"-n"}),
    ("npx",): frozenset({"-p", "--package"}), ("bunx",): frozenset(), ("pnpx",): frozenset(),
    ("npm", "exec"): frozenset(), ("pnpm", "exec"): frozenset(), ("pnpm", "dlx"): frozenset(),
    ("yarn", "exec"): frozenset(), ("yarn", "dlx"): frozenset(), ("bun", "x"): frozenset(),
    ("bundle", "exec"): frozenset(), ("mise", "x"): frozenset(), ("mise", "exec"): frozenset(),
    ("go", "tool"): frozenset(), ("go", "run"): frozenset(),
    ("dotenv",): frozenset({"-f", "-e"}), ("dotenvx", "run"): frozenset({"-f"}), ("xargs",): frozenset({
        "-n", "-I", "-P", "-d", "-L",
    }),
    ("aws-vault", "exec"): frozenset(), ("doppler", "run"): frozenset(),
    ("coverage", "run"): frozenset({"--source", "--rcfile", "--concurrency", "--data-file", "--omit", "--include"}),
    ("cross-env",): frozenset(), ("dotenv-cli",): frozenset(), ("retry",): frozenset(),
    ("docker", "compose", "exec"): frozenset({"-u", "-w", "-e", "--env", "--user"}),
    ("docker", "compose", "run"): frozenset({"-u", "-w", "-e", "--env", "--user", "--entrypoint", "-v", "-p"}),
    ("docker-compose", "exec"): frozenset({"-u", "-w", "-e"}),
    ("docker-compose", "run"): frozenset({"-u", "-w", "-e", "--entrypoint", "-v"}),
    ("docker", "exec"): frozenset({"-u", "-w", "-e"}),
    ("docker", "run"): frozenset({
        "-v", "--volume", "-e", "--env", "-w", "--workdir", "-u", "--user", "--name", "-p", "--network", "--mount",
        "--env-file", "--platform", "--entrypoint", "-m", "--memory", "--add-host", "--gpus", "--cpus",
    }),
}  # fmt: skip
#: Starters after whose options one word more stands before the program: a service, a container, a seconds figure.
_ONE_MORE: Final = frozenset({
    ("docker", "compose", "exec"), ("docker", "compose", "run"), ("docker-compose", "exec"), ("docker-compose", "run"),
    ("docker", "exec"),
})  # fmt: skip
_LONGEST_STARTER: Final = 3
_ABOUT: Final = (("--version",), ("--help",))
_PAIR: Final = 2
#: Options by which programs of tests and tasks list what they would run, and run none of it.
_SHOWING: Final[Mapping[str, frozenset[str]]] = {
    "pytest": frozenset({"--collect-only", "--co", "--fixtures", "--markers", "--setup-plan", "--version", "--help"}),
    "py.test": frozenset({"--collect-only", "--co", "--version", "--help"}),
    "make": frozenset({"-n", "--dry-run", "--just-print", "--recon"}),
    "tox": frozenset({"-l", "--listenvs", "-a", "--notest", "--showconfig"}),
    "nox": frozenset({"-l", "--list", "--list-sessions"}),
    "jest": frozenset({"--listTests", "--showConfig"}),
    "cargo": frozenset({"--no-run"}),
}
_TESTED: Final = frozenset({"check", "integration-test", "test", "verify"})
#: Programs that build and test, with the arguments by which they leave out the tests.
_UNTESTED: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("mvn", "mvnw"), ("-DskipTests", "-DskipTests=true", "-Dmaven.test.skip", "-Dmaven.test.skip=true")
    ),
    **dict.fromkeys(("gradle", "gradlew"), ("-x test", "--exclude-task test", "--exclude-task=test")),
    # No test is called so: people write it to run only benchmarks, or nothing.
    "go": tuple(f"-run{mark}{name}" for mark in "= " for name in ("^$", "XXX", "NONE")),
}  # fmt: skip
#: Options by which tools report and never fail.
_NEVER_FAILING: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("bandit", "flake8", "ggshield", "pflake8", "pylint", "ruff"), ("--exit-zero",)),
    **dict.fromkeys(("bearer", "dockle", "gitleaks", "trivy"), ("--exit-code 0", "--exit-code=0")),
    **dict.fromkeys(("checkov", "tfsec"), ("--soft-fail", "-s")),
    "brakeman": ("--no-exit-on-warn",),
    "golangci-lint": ("--issues-exit-code 0", "--issues-exit-code=0"),
    "gosec": ("-no-fail",),
    "hadolint": ("--no-fail",),
    "safety": ("--continue-on-error",),
    "zizmor": ("--no-exit-codes",),
}  # fmt: skip
_OF_PYTEST: Final = "PYTEST_ADDOPTS"
_TIMEOUT: Final = "timeout"
#: A package's version (`eslint@9`) or an image's tag (`aquasec/trivy:0.50`).
_VERSION = re.compile(r"(?<=[^/@:])(?:@[\w.\-^~]+|:[\w.\-]+(?:@sha256:[0-9a-f]+)?)\Z")


def program_of(words: Sequence[str]) -> tuple[str, ...]:
    """The words of the program that a command starts in the end; its first has neither folder nor version.

    `sudo poetry run python -m pytest -q` gives `pytest -q`, `npx eslint@9 .` gives `eslint .`.
    """
    at = list(words)
    for _ in range(_DEEPEST if at else 0):
        shorter = _shorter(at)
        if shorter is None or not shorter:
            break
        at = shorter
    if at:
        at[0] = _plain(at[0])
    return tuple(at)


def shell_argument(words: Sequence[str]) -> str | None:
    """The text that `bash -c` and its like run; None for another command."""
    found = program_of(words)
    if not found or found[0] not in _SHELL:
        return None
    for index, word in enumerate(found[1:-1], start=1):
        if word.startswith("-") and word.endswith("c"):
            return found[index + 1]
    return None


def only_shows(program: Sequence[str]) -> bool:
    """Whether a program only tells of itself or of what it would run (`pytest --collect-only`, `make -n test`)."""
    options = set(program[1:])
    asked = _SHOWING.get(program[0].rpartition("/")[2], frozenset()) if program else frozenset()
    return (
        bool(options & asked)
        or _is_untested(program)
        or program[-1:] in _ABOUT
        or (len(program) == _PAIR and program[1] in {"-h", "-V"})
    )


def never_fails(program: Sequence[str]) -> bool:
    """Whether a tool is told to report what it finds and not to fail (`ruff check --exit-zero`)."""
    return bool(program) and _has_any(program, _NEVER_FAILING.get(program[0].rpartition("/")[2], ()))


def with_options(words: Sequence[str], env: Mapping[str, str]) -> tuple[str, ...]:
    """A command with the options behind it that pytest takes from its environment, where they keep it from testing."""
    options = env.get(_OF_PYTEST, "").split()
    program = program_of(words) if options else ()
    if program[:1] and program[0] in {"pytest", "py.test"} and _SHOWING[program[0]] & set(options):
        return (*words, *options)
    return tuple(words)


def _is_untested(program: Sequence[str]) -> bool:
    """Whether a program whose work here is to test is told to run no test."""
    left_out = _UNTESTED.get(program[0].rpartition("/")[2], ()) if program else ()
    return bool(left_out) and not _TESTED.isdisjoint(program[1:]) and _has_any(program, left_out)


def _has_any(program: Sequence[str], wanted: Sequence[str]) -> bool:
    text = f" {' '.join(program)} "
    return any(f" {one} " in text for one in wanted)


def _shorter(words: list[str]) -> list[str] | None:
    """A command without its first starter; None where it has none."""
    if _ASSIGNMENT.match(words[0]):
        return words[1:]
    first = words[0].rpartition("/")[2]
    for take in (_python, _timeout, _find):
        found = take(first, words)
        if found is not None:
            return found
    return _started(first, words)


def _started(first: str, words: list[str]) -> list[str] | None:
    for length in range(_LONGEST_STARTER, 0, -1):
        starter = (first, *words[1:length])
        if len(words) > length and starter in _STARTERS:
            return _past_options(words[length:], _STARTERS[starter], one_more=starter in _ONE_MORE)
    # Options may stand between a manager and its verb: `uv --directory x run pytest`, `poetry -C x run pytest`.
    if first in {"uv", "poetry"} and len(words) > 1 and words[1].startswith("-"):
        rest = _past_options(words[1:], frozenset({"--directory", "--project", "-C", "-P"}))
        return [first, *rest] if rest else None
    return None


def _python(first: str, words: list[str]) -> list[str] | None:
    if not _PYTHON.match(first):
        return None
    for index, word in enumerate(words[1:], start=1):
        if _MODULE.match(word):
            return words[index + 1 :] or None
        if not word.startswith("-"):
            return None
    return None


def _timeout(first: str, words: list[str]) -> list[str] | None:
    if first != _TIMEOUT:
        return None
    rest = _past_options(words[1:], frozenset({"-k", "-s"}))
    return rest[1:] or None


def _find(first: str, words: list[str]) -> list[str] | None:
    if first != "find" or "-exec" not in words:
        return None
    return words[words.index("-exec") + 1 :] or None


def _past_options(words: list[str], valued: frozenset[str], *, one_more: bool = False) -> list[str]:
    at = 0
    while at < len(words) and (words[at].startswith("-") or _ASSIGNMENT.match(words[at])):
        if words[at] == "--":
            at += 1
            break
        at += 2 if words[at] in valued else 1
    return words[at + one_more :]


def _plain(word: str) -> str:
    """A program's name without folder, version and tag; a script of the repository keeps its folder."""
    found = _VERSION.sub("", word)
    if word.startswith("@"):  # a package of an organisation
        return found
    name = found.rpartition("/")[2] if not word.startswith(("./", "../", "$")) or "/bin/" in word else word
    return name.removesuffix(".exe")
