"""The facts of one pipeline as they are found, each with its line and, where that is another, its file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.config.ci_parts.words import calls, used
from tieout.collectors.config.interface import Found
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import excerpt
from tieout.syntax.pipelines.model import Soft, Spot, Step

ARTEFACT: Final = "ci_config"
MOST_JOBS: Final = 1_000
"""Most jobs of one pipeline; more are a program's work, or somebody's who wants to stop us."""
MOST_STEPS: Final = 20_000
_MOST_TOLD: Final = 40


@dataclass(frozen=True, slots=True)
class Said:
    """A value, and where a file says so; None and what is empty are no facts.

    Attributes:
        value: A JSON value.
        spot: Its place; None where that is no single one.
        undecided: None is the fact: what decides it is not in the file.
    """

    value: Any
    spot: Spot | None = None
    undecided: bool = False


def truth(value: bool | None, spot: Spot | None = None) -> Said:
    """A truth that is false where nothing is said, and null where something decides it that is not in the file."""
    return Said(value or None, spot, undecided=value is None)


class Facts:
    """What is found of one pipeline.

    Args:
        path: Of the file that it begins in.
        product: Whose it is.
        name: As shown.
    """

    def __init__(self, path: str, product: str, name: Said) -> None:
        self._path = path
        self._jobs: list[dict[str, Any]] = []
        self._steps = 0
        self._told: set[tuple[int | None, str]] = set()
        self.found = Found(ARTEFACT, {"product": product})
        self.found.facts |= self._row("", {"name": name})

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """The jobs so far."""
        return self._jobs

    def add_all(self, field: str, rows: Iterable[tuple[Spot, Mapping[str, Said]]]) -> None:
        """Put the rows of a field, each with the line that it begins on."""
        found = self.found.facts.setdefault(field, [])
        for spot, row in rows:
            base = f"/{field}/{len(found)}"
            self._place(base, spot)
            found.append(self._row(base, row))

    def add_job(self, spot: Spot, row: Mapping[str, Said], steps: Iterable[tuple[Spot, Mapping[str, Said]]]) -> None:
        """Add a job with its steps.

        Raises:
            UnreadableError: There are too many.
        """
        base = f"/jobs/{len(self._jobs)}"
        self._place(base, spot)
        job = self._row(base, row)
        self._jobs.append(job)
        job["steps"] = []
        for step_spot, step in steps:
            at = f"{base}/steps/{len(job['steps'])}"
            self._place(at, step_spot)
            job["steps"].append(self._row(at, step))
        self._steps += len(job["steps"])
        if len(self._jobs) > MOST_JOBS or self._steps > MOST_STEPS:
            message = f"comes to more than {MOST_JOBS:,} jobs or {MOST_STEPS:,} steps, which nobody wrote"
            raise UnreadableError(message, where=self._path)

    def note(self, spot: Spot, sentence: str) -> None:
        """Tell of what is there and does not count."""
        self._tell(self.found.notes, spot, sentence)

    def drop(self, spot: Spot, sentence: str) -> None:
        """Tell of what is missing: nothing said of every job holds."""
        self._tell(self.found.dropped, spot, sentence)

    def _tell(self, told: list[tuple[int | None, str]], spot: Spot, sentence: str) -> None:
        if spot.path != self._path:
            sentence = f"{sentence} ({excerpt(spot.path, 120)}{f', line {spot.line}' if spot.line else ''})"
        one = (spot.line if spot.path == self._path else None, sentence)
        if one not in self._told and len(told) < _MOST_TOLD:
            self._told.add(one)
            told.append(one)

    def finished(self) -> Found:
        """What was found; of a pipeline without jobs only what is told of it."""
        if self._jobs:
            self.found.facts["jobs"] = self._jobs
        else:
            self.found.facts.clear()
            self.found.lines.clear()
            self.found.files.clear()
        return self.found

    def _row(self, base: str, row: Mapping[str, Said]) -> dict[str, Any]:
        kept = {}
        for name, said in row.items():
            if (said.value is None and not said.undecided) or said.value in ("", (), []):
                continue
            kept[name] = list(said.value) if isinstance(said.value, tuple) else said.value
            self._place(f"{base}/{name}", said.spot)
        return kept

    def _place(self, pointer: str, spot: Spot | None) -> None:
        if spot is None or spot.line is None:
            return
        self.found.lines[pointer] = spot.line
        if spot.path != self._path:
            self.found.files[pointer] = spot.path


def only_told(sentence: str, line: int | None = None) -> Found:
    """A file that gives no facts, and why."""
    return Found(ARTEFACT, {}, notes=[(line, sentence)])


def may_fail(softs: Iterable[Soft | None], *, ignored: bool = False) -> tuple[bool | None, Spot | None]:
    """Whether a failure is ignored, and where that is said; None where something decides that when it runs."""
    said = [soft for soft in softs if soft is not None]
    sure = next((soft for soft in said if soft.certain), None)
    if sure is not None or ignored:
        return True, sure.spot if sure is not None else None
    return (None, said[0].spot) if said else (False, None)


def step_row(step: Step, *, conditional: bool, above: Iterable[Soft | None] = ()) -> dict[str, Said]:
    """A step as facts.

    Args:
        step: As read.
        conditional: Whether a condition may skip it.
        above: Why a failure of the action that it stands in is ignored.
    """
    commands, ignored = calls(step.commands)
    name, is_pinned = used(step.uses) if step.uses else (None, None)
    fails, where = may_fail((step.soft, *above), ignored=bool(commands) and len(ignored) == len(commands))
    return {
        "name": Said(excerpt(step.name, 200), step.spot),
        "uses": Said(name, step.uses_spot),
        "pinned": Said(is_pinned, step.uses_spot),
        "commands": Said(commands, step.uses_spot),
        "ignored": Said(ignored),
        "conditional": truth(conditional, step.condition.spot if step.condition else None),
        "may_fail": truth(fails, where),
    }
