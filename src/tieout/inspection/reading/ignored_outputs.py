"""Lines of .gitignore that keep outputs of evaluations, or of experiments in general, out of version control."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.documents import documents, is_aside, is_retold
from tieout.inspection.reading.eval_harness import Harness
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: Folders that are named for the outputs of evaluations.
_OF_EVALUATIONS = re.compile(
    r"(?:eval|evaluation|simulation|benchmark|promptfoo|lm[-_]?eval|garak|inspect|red[-_]?team)[\w-]*[/_-]?"
    r"(?:outputs?|results?|reports?|logs?|runs?|cache)|(?:outputs?|results?|reports?|logs?)[/_-](?:eval|benchmark|simulation)"
    r"|(?:^|/)(?:eval_outputs?|evals?_?results?|\.deepeval[\w.-]*)/?$"
    r"|(?:eval|evaluation|simulation|benchmark)s?/(?:outputs?|results?|reports?|logs?|runs?)",
    re.IGNORECASE,
)
#: Folders in which whatever runs leaves what it makes; some are those of trackers of experiments.
_GENERAL = re.compile(
    r"^/?(?:\*\*/)?(?:[\w.-]+/){0,4}(?P<name>(?:[\w-]{1,20}[-_])?(?:outputs?|results?|runs?|experiments?|exps?)|multirun"
    r"|wandb|mlruns|lightning_logs|tb_logs|train(?:ing)?_logs?|tensorboard(?:_logs?)?|dvclive|\.aim|\.neptune|\.clearml)"
    r"(?:/|/\*{1,2}(?:/\*)?)?$",
    re.IGNORECASE,
)
#: Outputs of building and of tests.
_OF_BUILDS = re.compile(r"(?:test|build|coverage|lint|terraform|cdk|junit|playwright|maven|tsc|dist)", re.IGNORECASE)
_OF_EXPERIMENTS = re.compile(
    r"\b(?:experiments?|results?|evaluat\w+|metrics?|checkpoints?|runs?|train\w*|scores?|logs?)\b", re.IGNORECASE
)
_MOST_NAMED: Final = 2
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class IgnoredOutput:
    """A line of a .gitignore.

    Attributes:
        place: Where.
        of_evaluations: It is known to be of evaluations, and not of whatever runs.
        name: The general folder that it names; "" for one of evaluations.
    """

    place: InspectedPlace
    of_evaluations: bool
    name: str = ""


def ignored_outputs(repository: Repository, harness: Harness) -> list[IgnoredOutput]:
    """Lines for outputs of evaluations, and for general outputs; what code that evaluates names is of evaluations."""
    found: list[IgnoredOutput] = []
    for text in repository.texts(file for file in repository.files if file.name == ".gitignore"):
        for number, raw in enumerate(text.lines(), start=1):
            line = raw.strip()[:_LONGEST]
            if line.startswith(("#", "!")):
                continue
            if _OF_EVALUATIONS.search(line):
                found.append(
                    IgnoredOutput(text.place(number, "outputs of evaluations are ignored"), of_evaluations=True)
                )
                continue
            general = _GENERAL.search(line)
            if general is None or _OF_BUILDS.search(line):
                continue
            by = _written_by(repository, harness, general["name"])
            shows = "the folder that code that evaluates names" if by is not None else "a general folder of outputs"
            found.append(IgnoredOutput(text.place(number, shows), of_evaluations=by is not None, name=general["name"]))
            if by is not None:
                found.append(IgnoredOutput(by, of_evaluations=True))
    return found


def told_of(repository: Repository, names: set[str]) -> Iterator[InspectedPlace]:
    """Lines of documents that say what stands in one of these folders; a few of them."""
    if not names:
        return
    pattern = pattern_of_names(names, r"`\.?/?", "/?`")
    telling = [file for file in documents(repository) if not is_aside(file.path) and not is_retold(file.path)]
    lines = (
        text.place(hit.line, "what is written there")
        for text in repository.texts(telling)
        for hit in text.hits(pattern)
        if _OF_EXPERIMENTS.search(hit.text)
    )
    yield from islice(lines, _MOST_NAMED)


def _written_by(repository: Repository, harness: Harness, name: str) -> InspectedPlace | None:
    """The line of code that evaluates, and names a folder."""
    pattern = compile_bytes(rf"[\"'/]{re.escape(name)}(?:/|[\"'])")
    paths = dict.fromkeys(place.path for place in (*harness.own, *harness.places))
    files = [file for path in paths if (file := repository.file(path)) is not None]
    for text in repository.texts(file for file in files if file.path_class is PlaceClass.LIVE):
        hit = text.first(pattern)
        if hit is not None:
            return text.place(hit.line, "code that evaluates names the folder")
    return None
