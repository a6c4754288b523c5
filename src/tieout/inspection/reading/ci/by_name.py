"""What continuous integration runs under the name of a test or an evaluation, and that is no tool that is known."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.ci.makefiles import target_line
from tieout.inspection.reading.ci.tools import is_known
from tieout.inspection.reading.eval_harness import harness_of
from tieout.inspection.reading.source_code import source_of
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.pipelines.model import Ci, Run, Spot

_TESTS: Final = frozenset({"test", "tests", "testing", "smoketest", "smoketests", "selftest", "e2e"})
_EVALUATIONS: Final = frozenset({"eval", "evals", "evaluate", "evaluation", "evaluations"})
#: A name with one of these is of what comes before or after a test: its surroundings, its results, a place to try.
_AROUND: Final = frozenset({
    "build", "cache", "clean", "cleanup", "coverage", "data", "dependencies", "deploy", "deps", "download", "env",
    "environment", "fixtures", "image", "images", "install", "prepare", "publish", "pypi", "release", "report",
    "requirements", "results", "setup", "start", "stop", "upload", "wait",
})  # fmt: skip
_PARTS = re.compile(r"[^a-z0-9]+")
#: Programs that prepare something or say something, whatever the step is called.
_PREPARING: Final = frozenset({
    ".", "[", "[[", "apk", "apt", "apt-get", "aws", "az", "brew", "bundle", "cat", "cd", "chmod", "chown", "conda",
    "cp", "curl", "dnf", "echo", "exit", "export", "false", "gcloud", "gh", "git", "grep", "head", "helm", "jq", "kill",
    "kind", "kubectl", "ls", "minikube", "mkdir", "mv", "pip", "pip3", "printf", "pwd", "rm", "rustup", "sed", "set",
    "sleep", "source", "sudo", "tail", "tar", "tee", "terraform", "test", "touch", "trap", "true", "unzip", "uname",
    "unset", "venv", "virtualenv", "wait", "wget", "which", "yum",
})  # fmt: skip
_PREPARING_CALLS: Final = frozenset({
    ("docker", "build"), ("docker", "buildx"), ("docker", "compose"), ("docker", "login"), ("docker", "pull"),
    ("docker", "push"), ("docker", "tag"), ("docker", "load"), ("docker", "save"), ("docker", "logs"),
    ("docker", "stop"), ("docker", "rm"), ("docker", "images"), ("docker", "ps"),
    ("docker-compose", "up"), ("docker-compose", "down"), ("docker-compose", "build"), ("docker-compose", "pull"),
    ("npm", "ci"), ("npm", "install"), ("npm", "i"), ("pnpm", "install"), ("pnpm", "i"), ("yarn", "install"),
    ("yarn", "--version"), ("npm", "--version"), ("node", "--version"), ("bun", "install"), ("poetry", "install"),
    ("uv", "sync"), ("uv", "pip"), ("uv", "venv"), ("uv", "python"), ("pdm", "install"), ("pipenv", "install"),
    ("cargo", "build"), ("cargo", "fetch"), ("cargo", "install"), ("cargo", "--version"), ("cargo", "check"),
    ("go", "build"), ("go", "get"), ("go", "install"), ("go", "mod"), ("go", "version"), ("go", "env"),
    ("python", "--version"), ("python3", "--version"), ("poetry", "config"), ("npm", "config"), ("poetry", "env"),
})  # fmt: skip
_INTERPRETERS: Final = frozenset({"python", "python3", "node", "tsx", "ts-node", "deno", "ruby", "bash", "sh", "perl"})
_PYTHON = re.compile(r"(?:\A|[ /])python(?:\d(?:\.\d+)?)? ")
_EVALUATING = re.compile(r"(?:\A|[/_\-.: ])(?:evals?|evaluate|evaluations?)(?:[/_\-.: ]|\Z)", re.IGNORECASE)
_RUNNERS: Final = _INTERPRETERS | {
    "pytest", "npm", "pnpm", "yarn", "bun", "make", "tox", "nox", "just", "task", "poe", "go", "vitest", "jest",
}  # fmt: skip
#: Calls and names by which a program works out how good answers are.
_COMPUTED = compile_bytes(
    r"\b(?:accuracy|precision|recall|f1|roc_auc|bleu|rouge|wer|cer|perplexity|exact_match|ndcg|mrr|sdr|meteor|bertscore"
    r"|mean_(?:absolute|squared)_error)(?:_score|_at_\w+)?[ \t]*(?:\(|[:+]?=[^=])"
    r"|\b(?:evaluate|load_metric)\.load\(|\bload_metric\("
    r"|\b(?:compute|calculate|calc|score)_(?:accuracy|precision|recall|f1|bleu|rouge|wer|metrics?|scores?)[ \t]*\("
)


@dataclass(frozen=True, slots=True)
class Named:
    """Something that is called a test or an evaluation.

    Attributes:
        run: What is run.
        how: What has the name: "the target test", "the step Run tests".
        spot: Where that stands, where it is no caller of the command; None otherwise.
    """

    run: Run
    how: str
    spot: Spot | None


def named_tests(repository: Repository, found: Ci) -> list[Named]:
    """Commands that a name says are tests, each line once; no preparation and no tool that is known."""
    return _distinct(_named(repository, found, _TESTS, wide=False))


def named_evaluations(repository: Repository, found: Ci) -> list[Named]:
    """Commands that a name says evaluate, each line once."""
    by_words = (
        Named(run, f"the command {run.text[:60]}", None)
        for run in found.runs
        if run.what == "command" and run.reaches and run.words[0] in _RUNNERS and _is_evaluating(run)
    )
    return _distinct([*by_words, *_named(repository, found, _EVALUATIONS, wide=True)])


def measure_of(repository: Repository, named: Named) -> Spot | None:
    """The line by which a program of the tree, that a command runs, works out a measure; None where none is seen."""
    paths = list(_programs(repository, named.run))
    for place in (*harness_of(repository).places, *harness_of(repository).own):
        if any(place.path == path or place.path.startswith(f"{path}/") for path in paths):
            return Spot(place.path, place.line)
    for path in paths:
        text = repository.text(path)
        source = source_of(repository, text) if text is not None else None
        hit = next(source.hits(_COMPUTED, within=source.code), None) if source is not None else None
        if hit is not None:
            return Spot(path, hit.line)
    return None


def _is_evaluating(run: Run) -> bool:
    arguments = [word for word in run.words[1:] if not word.startswith("-") and "=" not in word]
    return any(_EVALUATING.search(word) for word in arguments[:3])


def _distinct(found: Sequence[Named]) -> list[Named]:
    kept: dict[Spot, Named] = {}
    for named in found:
        kept.setdefault(named.run.spot, named)
    return list(kept.values())


def _named(repository: Repository, found: Ci, wanted: frozenset[str], *, wide: bool) -> list[Named]:
    calls = {run.spot: run for run in found.runs if run.what == "command" and run.followed}
    named = []
    for run in found.runs:
        if run.what != "command" or run.followed or not run.reaches or _prepares(run) or (not wide and is_known(run)):
            continue
        how = _how(repository, run, calls, wanted)
        if how is not None:
            named.append(how)
    return named


def _prepares(run: Run) -> bool:
    written = tuple(run.text.split()[:2])
    return run.words[0] in _PREPARING or run.words[:2] in _PREPARING_CALLS or written in _PREPARING_CALLS


def _how(repository: Repository, run: Run, calls: dict[Spot, Run], wanted: frozenset[str]) -> Named | None:
    """What of a command, or of the way to it, has the name."""
    for spot in run.via:
        target = next((word for word in _targets(calls.get(spot)) if _is_called(word, wanted)), "")
        if target:
            text = repository.text(run.spot.path)
            line = target_line(text, run.spot.line) if text is not None and run.spot.line else None
            return Named(run, f"the target {target}", Spot(run.spot.path, line) if line else None)
    own = next(iter(_programs(repository, run)), "")
    is_own = bool(own) or run.words[:2] == ("cargo", "xtask") or run.words[0].startswith("./")
    script = own or " ".join(run.words[:1])
    if is_own and (_is_called(script.rpartition("/")[2], wanted) or _is_called(" ".join(run.words[1:3]), wanted)):
        return Named(run, f"the program {script}", None)
    speaks = is_own or wanted is _TESTS  # much else is evaluated, such as a condition
    if speaks and run.step is not None and _is_called(run.step.name, wanted):
        return Named(run, f"the step {run.step.name[:60]}", run.step.spot)
    for name in dict.fromkeys((run.job.id, run.job.name)):
        if is_own and _is_called(name, wanted):
            return Named(run, f"the job {name[:60]}", run.job.spot)
    return None


def _targets(call: Run | None) -> list[str]:
    """Names that a call of targets, scripts or tasks gives; the name of a script that it is itself."""
    if call is None:
        return []
    plain = (word for word in call.words[:4] if not word.startswith("-") and not {"=", "$"} & set(word))
    return [word.rpartition("/")[2] for word in plain]


def _is_called(name: str, wanted: frozenset[str]) -> bool:
    parts = set(_PARTS.split(name.lower()))
    return bool(parts & wanted) and not parts & _AROUND


def _programs(repository: Repository, run: Run) -> Iterator[str]:
    """Files and folders of the tree that a command names as the program: a script, a module, a folder of tests."""
    if _PYTHON.search(run.text.split(";")[0]) and " -m " in run.text:
        module = run.words[0].replace(".", "/")
        for folder in ("", "src/"):
            for path in (f"{folder}{module}.py", f"{folder}{module}/__main__.py"):
                if path in repository.paths:
                    yield path
    for word in run.words[: 4 if run.words[0] in _RUNNERS else 1]:
        path = word.removeprefix("./").rstrip("/")
        if path in repository.paths or (path in repository.folders and path and run.words[0] == "pytest"):
            yield path
            return
