"""Which tool something that runs is, what it is for, and whether its findings can fail the job."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from tieout.inspection.reading.ci.action_tables import ACTIONS, HOOKS, TEMPLATES
from tieout.inspection.reading.ci.command_table import COMMANDS
from tieout.inspection.reading.ci.hooks import Hook
from tieout.inspection.reading.ci.tool_tables import FORMATTING, Rule
from tieout.syntax.pipelines.model import Run, Soft, Spot
from tieout.syntax.pipelines.programs import program_of

_VERSION = re.compile(r"@[^@]*\Z")
_BETWEEN = re.compile(r"[=,\s]+")


@dataclass(frozen=True, slots=True)
class Use:
    """A tool at work.

    Attributes:
        tool: Its name.
        kind: What it is for.
        run: Where and when.
        fails: Whether its findings fail the job: None where the file does not tell.
        why_not: Why they do not, with the place; None where they do or may.
        shown: A later command of the job that fails on files which a formatter has changed.
    """

    tool: str
    kind: str
    run: Run
    fails: bool | None
    why_not: Soft | None
    shown: Run | None = None

    @property
    def gates(self) -> bool:
        """Whether nothing that is written there keeps its findings from failing the job."""
        return self.fails is not False and self.why_not is None


def uses(runs: Sequence[Run], kinds: Sequence[str]) -> list[Use]:
    """Every tool of some kinds at work, in the order of what runs."""
    return [use for run in runs for use in _uses_of(run) if use.kind in kinds]


def is_known(run: Run) -> bool:
    """Whether something that runs is a tool of any kind that is known."""
    return next(_uses_of(run), None) is not None


def shown_as_changed(use: Use, runs: Sequence[Run]) -> Run | None:
    """The later command of the same job that fails on files which a formatter has changed; None where there is none."""
    if use.kind != FORMATTING:
        return None
    after = False
    for run in runs:
        if run is use.run:
            after = True
        elif after and run.job is use.run.job and not run.ignored and _asks_for_changes(run.words):
            return run
    return None


def _asks_for_changes(words: Sequence[str]) -> bool:
    return words[:2] == ("git", "diff") and bool({"--exit-code", "--quiet", "--check"} & set(words))


def hook_rules(hook: Hook) -> Iterator[Rule]:
    """The tools that a hook of pre-commit is, by its repository and id, or by its own command."""
    words = (hook.repo, hook.id)
    yield from _rules("hook", words, hook.entry, f" {' '.join(hook.arguments)} {hook.entry} ")


def named_hook_rules(name: str) -> tuple[Rule, ...]:
    """The tools that a hook is by its id alone."""
    return _rules("hook", ("", name), "", "")


def hook_spot(hook: Hook, tool: str) -> Spot:
    """The line that tells what a hook is: that of its repository where it names the tool, else its own."""
    plain = re.sub(r"[^a-z0-9]", "", tool.lower())
    return hook.repo_spot if plain in re.sub(r"[^a-z0-9]", "", hook.repo.lower()) else hook.spot


def _uses_of(run: Run) -> Iterator[Use]:
    arguments = _arguments(run)
    for rule in _rules(run.what, run.words, run.inputs.get("entry", "") if run.what == "hook" else "", arguments):
        # What another repository's workflow does with a finding is not written here.
        fails = None if run.what == "workflow" else rule.fails
        yield Use(rule.tool, rule.kind, run, fails, _why_not(rule, run, arguments))


@lru_cache(maxsize=20_000)
def _rules(what: str, words: tuple[str, ...], entry: str, arguments: str) -> tuple[Rule, ...]:
    """The rules that something is by its name and its arguments; the same things run many times."""
    fitting = dict.fromkeys(_named(what, words, entry))
    return tuple(
        rule
        for rule in fitting
        if not any(_has(arguments, word) for word in rule.not_with)
        and (not rule.only_with or any(_has(arguments, word) for word in rule.only_with))
    )


def _named(what: str, words: tuple[str, ...], entry: str) -> Iterator[Rule]:
    if what == "command":
        yield from _command_rules(words)
    elif what in {"action", "workflow"}:
        name = _VERSION.sub("", words[0]).lower()
        yield from (rule for rule in ACTIONS if _pattern(rule.calls).search(name))
    elif what == "template":
        yield from (rule for rule in TEMPLATES if _pattern(rule.calls).search(words[0].lower()))
    elif what == "hook":
        if entry:
            yield from _command_rules(program_of(entry.split()))
        name = " ".join(words).lower()
        yield from (rule for rule in HOOKS if _pattern(rule.calls).search(name))


def _command_rules(words: tuple[str, ...]) -> Iterator[Rule]:
    if not words:
        return
    plain = [words[0], *(word for word in words[1:] if not word.startswith(("-", "+"))), "$"]
    for length in range(min(len(plain), _LONGEST), 0, -1):
        found = _by_command().get(tuple(plain[:length]))
        if found:
            yield from found
            if not all(rule.only_with for rule in found):
                return


def _arguments(run: Run) -> str:
    """Arguments as one text with blanks around, in which an argument and its value stand side by side."""
    if run.what == "command":
        text = " ".join(run.words)
    elif run.what == "hook":
        text = f"{run.inputs.get('args', '')} {run.inputs.get('entry', '')}"
    else:
        text = " ".join(f"{name} {value}" for name, value in run.inputs.items())
    return f" {_BETWEEN.sub(' ', text)} "


def _has(arguments: str, wanted: str) -> bool:
    return f" {wanted} " in arguments or (wanted.endswith("{{") and f" {wanted}" in arguments)


def _why_not(rule: Rule, run: Run, arguments: str) -> Soft | None:
    """Why a tool's findings do not fail the job: its arguments, its nature, or its surroundings."""
    flag = next((word for word in rule.soft if _has(arguments, word)), None)
    if flag is not None:
        return Soft(f"it is told not to fail (`{flag}`)", _flag_spot(run, flag))
    if rule.must and run.what != "hook" and not any(_has(arguments, word) for word in rule.must):
        what = "it rewrites files and does not fail" if rule.kind == FORMATTING else "it does not fail on findings"
        return Soft(f"{what} without `{rule.must[0]}`", run.spot)
    if rule.fails is False and run.what != "workflow":
        return Soft("it only reports its findings", run.spot)
    return next((soft for soft in run.softs if soft.certain), None)


def _flag_spot(run: Run, flag: str) -> Spot:
    lines: Mapping[str, int | None] = run.step.input_lines if run.step is not None else {}
    line = lines.get(flag.partition(" ")[0]) if run.what == "action" else None
    if line is None and run.what == "action":
        line = next((lines.get(name) for name, value in run.inputs.items() if flag in value), None)
    return Spot(run.spot.path, line) if line else run.spot


@cache
def _by_command() -> Mapping[tuple[str, ...], tuple[Rule, ...]]:
    found: dict[tuple[str, ...], tuple[Rule, ...]] = {}
    for rule in COMMANDS:
        for call in rule.calls.split("|"):
            key = tuple(call.split())
            found[key] = (*found.get(key, ()), rule)
    return found


_LONGEST: Final = max(len(call.split()) for rule in COMMANDS for call in rule.calls.split("|"))


@cache
def _pattern(text: str) -> "re.Pattern[str]":
    return re.compile(text)
