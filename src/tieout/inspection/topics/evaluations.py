"""Evaluations: results with numbers that are kept, what evaluates, what is left out, and attacks on the model."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass, Value
from tieout.inspection.reading.card_outside import documents_on_models
from tieout.inspection.reading.cards import cards_of
from tieout.inspection.reading.documents import is_document, prose_of
from tieout.inspection.reading.eval_harness import harness_of
from tieout.inspection.reading.eval_lines import evaluating_scripts, first_uses
from tieout.inspection.reading.eval_results import ResultFile, result_files
from tieout.inspection.reading.figures_shown import figures_shown
from tieout.inspection.reading.ignored_outputs import IgnoredOutput, ignored_outputs, told_of
from tieout.inspection.reading.metrics import FigureKind, Figures, figures_of
from tieout.inspection.reading.notebooks import own_notebooks, printed_figures
from tieout.inspection.reading.prose import Prose
from tieout.inspection.reading.training import trains
from tieout.inspection.repository import Repository
from tieout.inspection.text import Text
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted
from tieout.kernel.reading.patterns import compile_bytes

TOPIC = Topic(
    key="evaluations",
    title="Evaluations",
    questions=(
        Question(
            "results-with-numbers",
            "Are evaluation results with numbers in the repository?",
            "Results may be kept where the evaluation runs, or in a paper.",
        ),
        Question("harness", "Is there code or configuration that evaluates the model or its answers?"),
        Question("results-ignored", "Are the outputs of evaluations left out of version control?"),
        Question("red-team", "Is there a record or a configuration of attacks on the model (red teaming)?"),
    ),
)

#: Pages of news and of older versions say again what stands elsewhere, or speak of others.
_RETOLD = re.compile(
    r"(?:^|/)(?:versioned_docs|blog|news|posts?)/|(?:^|/)(?:changelog|changes|history|release[-_ ]?notes|news)[^/]*$"
    r"|(?:^|/)(?:dependencies|deps|external|submodules|extern)/|(?:^|/)(?:agents|claude|skill)\.md$|(?:^|/)\.(?:agents|claude|cursor|github)/",
    re.IGNORECASE,
)
_OF_EVALUATION = re.compile(
    r"(?:^|[/_.-])(?:readme|evals?|evaluations?|benchmarks?|results?|performance|metrics|model[-_ ]?cards?|leaderboard"
    r"|red[-_ ]?team\w*|vulnerability[-_ ]scan\w*|experiments?|simulations?)(?:[/_.-]|$)",
    re.IGNORECASE,
)
_NAMED_SO = re.compile(
    r"(?:^|[/_-])(?:evals?|evaluat(?:ions?|ing|e)|benchmark(?:s|ing)?)[^/]{0,60}\.\w+$", re.IGNORECASE
)
_PROSE: Final = frozenset({PlaceClass.LIVE, PlaceClass.DOCUMENTATION})
#: Where a sentence with a figure is meant as a result; the README of any folder may show how something is written.
_SPEAKS_OF_RESULTS = re.compile(
    r"^readme[^/]*$|[^/]*(?:evals?|evaluations?|benchmarks?|results?|performance|metrics|card|leaderboard)[^/]*$",
    re.IGNORECASE,
)
_REACHED = compile_bytes(r"\b(?:reach|achiev|obtain|attain|scor|yield)\w*\b", folded=True)
_POINTING = compile_bytes(
    r"\b(?:evaluation|results?|metrics|benchmarks?|accuracy|wer|breakdown)\b.{0,120}\b(?:presented|reported|found|available"
    r"|described|published)\b.{0,30}\b(?:in|at|on)\b",
    folded=True,
)
_PICTURE = compile_bytes(
    r"!\[[^\]\n]{0,120}\b(?:wer|cer|accuracy|performance|results?|benchmarks?|evaluation|metrics|bleu|scores?)\b[^\]\n]{0,120}\]\(",
    folded=True,
)
_TEST_SET = compile_bytes(
    r"\b(?:test(?:[- ]\w+)? (?:splits?|sets?)|test-(?:clean|other)|(?:test|evaluation) corpus)\b", folded=True
)
_IN_CODE = compile_bytes(
    r"(?i)\b(?:accuracy|precision|recall|f1(?:-score)?|wer|bleu|auc)\b\W{1,40}\d*\.\d{2}|^\s*accuracy\s+\d*\.\d+"
)
_OUTPUT = compile_bytes(r'"(?:wer|cer|accuracy|f1|bleu|auc|precision|recall)\s*[:=]\s*\d+\.?\d*\s*%?', folded=True)
#: A cell of a table that waits for its figure.
_PENDING = re.compile(
    r"^[*_(\[ ]*(?:pending|tbd|to be (?:measured|added|filled|determined)|todo|n/?y/?a)[*_)\] ]*$", re.IGNORECASE
)
_RED_TEAM = re.compile(
    r"red[-_ ]?team|vulnerability[-_ ]scan|adversarial|penetration|jailbreak|garak|attack", re.IGNORECASE
)
#: Says that a server's load is measured.
_LOAD_TEST = compile_bytes(r"\b(?:load|stress|soak)[- ]test\w*|\bk6\b|\blocust\b|\bvegeta\b|\bwrk2?\b", folded=True)
_TEMPTING: Final = 8
_PER_FILE: Final = 3
_PER_TABLE: Final = 15
_NAMES: Final = 3
_CODE_LINES: Final = 2_000


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    files = list(result_files(repository))
    told = list(_documents(repository))
    ignored = ignored_outputs(repository, harness_of(repository))
    yield _results(repository, files, told, [one.place for one in ignored if one.of_evaluations])
    yield _harness(repository)
    yield _results_ignored(repository, ignored)
    yield _red_team(repository, files, told)


def _documents(repository: Repository) -> Iterator[tuple[Text, Prose, list[Figures]]]:
    """Documents that may hold results, with the figures in them; those of a folder of tests are people's prose too."""
    cards = {card.path for card in cards_of(repository).models}
    of_models = {file.path for file in documents_on_models(repository)}
    files = [
        file
        for file in repository.files
        if file.kind == "file"
        and file.path_class not in {PlaceClass.VENDORED, PlaceClass.ARCHIVE}
        and is_document(file.path)
        and not _RETOLD.search(file.path)
        and (file.path in cards or file.path in of_models or _OF_EVALUATION.search(file.path))
    ]
    for text in repository.texts(files):
        prose = prose_of(repository, text.path)
        if prose is not None:
            yield text, prose, figures_of(prose)


@dataclass(slots=True)
class _Found:
    """Places of figures: of answers, the further rows of their tables, of load, and what only looks like results."""

    quality: list[InspectedPlace]
    rows: list[InspectedPlace]
    load: list[InspectedPlace]
    tempting: list[InspectedPlace]


def _results(
    repository: Repository,
    files: list[ResultFile],
    told: list[tuple[Text, Prose, list[Figures]]],
    ignored: list[InspectedPlace],
) -> Fact:
    found = _found(repository, files, told)
    values: dict[str, Value] = {"quality_places": len(found.quality), "load_places": len(found.load)}
    if found.quality:
        where = sorted({place.path for place in found.quality})
        tools = sorted({file.tool for file in files if file.tool and not file.failed})
        statement = (
            f"Results with numbers stand in {_listed(where)}{f', written by {_listed(tools)}' if tools else ''}."
        )
        confidence = Confidence.HIGH if tools else Confidence.MODERATE
        beside = [*found.load[:_PER_FILE], *found.tempting[:_TEMPTING]]
        return _fact(Answer.YES, statement, [*found.quality, *beside, *found.rows], values, confidence)
    shown = [
        text.place(line, "shown in a document, as a program wrote it")
        for text, prose, _ in told
        if text.path_class in _PROSE
        for line in figures_shown(prose)
    ]
    printed = [
        text.place(line, "printed by a notebook")
        for text in own_notebooks(repository)
        for line in printed_figures(text)
    ]
    if printed:
        printed += shown
        where = sorted({place.path for place in printed})
        statement = f"Only what notebooks printed when they were saved gives figures: {_listed(where)}."
        values = {**values, "printed": len(printed)}
        return _fact(Answer.PARTIAL, statement, [*printed, *found.load, *found.tempting], values, Confidence.MODERATE)
    if shown:
        where = sorted({place.path for place in shown})
        statement = f"Only what a program wrote once, as {_listed(where)} shows it, gives figures; no result is kept."
        values = {**values, "shown": len(shown)}
        return _fact(Answer.PARTIAL, statement, [*shown, *found.load, *found.tempting], values, Confidence.LOW)
    pointing = list(_tempting(repository, told))
    statement = "No result with a number is kept in the repository."
    if found.load:
        where = sorted({place.path for place in found.load})
        verb = "gives" if len(where) == 1 else "give"
        statement = (
            f"No result that says how good answers are is kept here: {_listed(where)} {verb} figures of speed and load."
        )
    elif found.tempting or pointing:
        statement += " Lines that speak of metrics point elsewhere, show a form, or name test data."
    if ignored:
        statement += " Outputs of evaluations are git-ignored."
        pointing.extend(place.model_copy(update={"counts": False}) for place in ignored)
    return _fact(
        Answer.NO, statement, [*_of_load(told), *found.load, *found.tempting, *pointing], values, Confidence.HIGH
    )


def _found(repository: Repository, files: list[ResultFile], told: list[tuple[Text, Prose, list[Figures]]]) -> _Found:
    cards = {card.path for card in cards_of(repository).models}
    of_models = {file.path for file in documents_on_models(repository)}
    failed = [file for file in files if file.failed]
    found = _Found(
        quality=list(_file_places(files, FigureKind.QUALITY)),
        rows=[],
        load=[place.model_copy(update={"counts": False}) for place in _file_places(files, FigureKind.LOAD)],
        tempting=[file.text.place(file.lines[0], "a run that did not end well", counts=False) for file in failed],
    )
    for text, prose, _ in told:
        if _SPEAKS_OF_RESULTS.search(text.path):
            lines = [row.line for table in prose.tables for row in table.rows if any(map(_PENDING.search, row.cells))]
            found.tempting.extend(text.place(line, "not measured yet", counts=False) for line in lines[:1])
    for text, one in ((text, one) for text, _, figures in told for one in figures):
        if text.path not in cards and not one.of_model and one.kind is FigureKind.QUALITY:
            continue
        if one.is_example or text.path_class in {PlaceClass.EXAMPLE, PlaceClass.TEMPLATE}:
            found.tempting.append(text.place(one.lines[0], "figures of an example", counts=False))
        elif one.kind is FigureKind.LOAD:
            found.load.append(text.place(one.lines[0], "speed and load", counts=False))
        elif one.in_table or _SPEAKS_OF_RESULTS.search(text.path) or _reaches(text, one, of_models):
            found.quality.extend(text.place(line, "measured figures") for line in one.lines[:_PER_FILE])
            found.rows.extend(text.place(line, "measured figures") for line in one.lines[_PER_FILE:_PER_TABLE])
    return found


def _reaches(text: Text, figures: Figures, of_models: set[str]) -> bool:
    """Whether a document on trained models says that one reaches a figure."""
    return text.path in of_models and _REACHED.search(text.line(figures.lines[0]).encode()) is not None


def _fact(
    answer: Answer, statement: str, places: list[InspectedPlace], values: dict[str, Value], confidence: Confidence
) -> Fact:
    return TOPIC.fact("results-with-numbers", answer, statement, places=places, values=values, confidence=confidence)


def _file_places(files: Iterable[ResultFile], kind: FigureKind) -> Iterator[InspectedPlace]:
    for file in files:
        if file.kind is kind and not file.failed:
            by = f"of {file.tool}" if file.tool else "of metrics"
            yield from (file.text.place(line, f"a result file {by}") for line in file.lines[:2])


def _of_load(told: list[tuple[Text, Prose, list[Figures]]]) -> Iterator[InspectedPlace]:
    """The first sentence of each document with figures of load that says that load is measured."""
    for text, prose, figures in told:
        if not any(one.kind is FigureKind.LOAD for one in figures):
            continue
        line = next((line for part in prose.paragraphs if (line := part.found(_LOAD_TEST)) is not None), None)
        if line is not None:
            yield text.place(line, "a test of load", counts=False)


def _tempting(repository: Repository, told: list[tuple[Text, Prose, list[Figures]]]) -> Iterator[InspectedPlace]:
    """Lines that name metrics and hold no result: a pointer, a picture, a test set, the form of an output."""
    for text, prose, _ in told:
        hidden = {line.number for line in (*prose.code, *prose.comments)}
        for pattern, shows in ((_POINTING, "points to results elsewhere"), (_TEST_SET, "names a test set")):
            lines = [line for part in prose.paragraphs if (line := part.found(pattern)) is not None]
            yield from (text.place(line, shows, counts=False) for line in lines[:1])
        pictures = [hit.line for hit in text.hits(_PICTURE) if hit.line not in hidden]
        yield from (text.place(line, "a picture", counts=False) for line in pictures[:2])
        shown = [line.number for line in prose.code[:_CODE_LINES] if _IN_CODE.search(line.text.encode())]
        yield from (text.place(line, "figures in a block of code", counts=False) for line in shown[:2])
    notebooks = [file for file in repository.files if file.name.endswith(".ipynb")]
    for text in repository.texts(notebooks):
        hit = text.first(_OUTPUT)
        if hit is not None:
            yield text.place(hit.line, "saved output of a notebook", counts=False)


def _results_ignored(repository: Repository, ignored: list[IgnoredOutput]) -> Fact:
    places = [one.place for one in ignored if one.of_evaluations]
    general = [one for one in ignored if not one.of_evaluations]
    if places:
        lines = sum(1 for place in places if place.path.endswith(".gitignore"))
        statement = f"{counted(lines, 'line')} of .gitignore for outputs of evaluations."
        places.extend(one.place.model_copy(update={"counts": False}) for one in general[:_PER_FILE])
        return TOPIC.fact("results-ignored", Answer.YES, statement, places=places, confidence=Confidence.MODERATE)
    harness = harness_of(repository)
    running = [*trains(repository), *harness.places, *harness.own]
    if general and running:
        names = sorted({one.name for one in general})
        statement = (
            f".gitignore leaves out {_listed(names)}, where programs leave what they make; whether results of"
            " evaluations are among it is not told."
        )
        places = [*(one.place for one in general), *told_of(repository, set(names)), *running[:1]]
        return TOPIC.fact("results-ignored", Answer.PARTIAL, statement, places=places, confidence=Confidence.LOW)
    tempting = [one.place.model_copy(update={"counts": False}) for one in general[:_PER_FILE]]
    statement = "No .gitignore names outputs of evaluations."
    return TOPIC.fact("results-ignored", Answer.NO, statement, places=tempting)


def _harness(repository: Repository) -> Fact:
    harness = harness_of(repository)
    values: dict[str, Value] = {"tools": harness.tools, "own_files": harness.own_files}
    if harness.places:
        statement = f"{_listed(harness.tools)} used or configured in {counted(len(harness.places), 'file')}."
        return TOPIC.fact(
            "harness",
            Answer.YES,
            statement,
            places=[*harness.places, *first_uses(repository, harness.places), *harness.own[:_TEMPTING]],
            values=values,
        )
    if harness.own and harness.entries:
        statement = (
            f"{harness.own_files} files of the project's own evaluate, and some of them are run by hand or as a task."
        )
        places = [*harness.entries[:_PER_FILE], *harness.own]
        return TOPIC.fact(
            "harness", Answer.YES, statement, places=places, values=values, confidence=Confidence.MODERATE
        )
    if harness.own:
        statement = (
            f"{harness.own_files} files are named for evaluation and name measures; whether they judge this system or"
            " are a feature offered to users is not told."
        )
        return TOPIC.fact(
            "harness", Answer.PARTIAL, statement, places=harness.own, values=values, confidence=Confidence.LOW
        )
    if harness.notebooks:
        statement = "Only notebooks measure; nothing runs an evaluation again."
        return TOPIC.fact("harness", Answer.PARTIAL, statement, places=harness.notebooks, values=values)
    if scripts := evaluating_scripts(repository):
        statement = f"{scripts[0].path} says of itself that it evaluates; what it measures was not recognised."
        return TOPIC.fact(
            "harness", Answer.PARTIAL, statement, places=scripts, values=values, confidence=Confidence.LOW
        )
    statement = "Nothing here evaluates a model or its answers."
    named = list(_named_so(repository))
    if named:
        statement += " A document is named for evaluation; what it speaks of is none that was recognised."
    return TOPIC.fact("harness", Answer.NO, statement, places=named, values=values)


def _named_so(repository: Repository) -> Iterator[InspectedPlace]:
    """Documents whose names speak of evaluation, where nothing evaluates."""
    for file in repository.files:
        if file.kind == "file" and file.path_class in _PROSE and is_document(file.path) and _NAMED_SO.search(file.path):
            text = repository.text(file.path)
            prose = prose_of(repository, file.path)
            if text is not None and prose is not None:
                line = next((section.line for section in prose.headings if section.level), 1)
                yield text.place(line, "named for evaluation", counts=False)


def _red_team(repository: Repository, files: list[ResultFile], told: list[tuple[Text, Prose, list[Figures]]]) -> Fact:
    results = [place for file in files if file.tool == "garak" for place in _file_places([file], FigureKind.QUALITY)]
    described: list[InspectedPlace] = []
    cards = {card.path for card in cards_of(repository).models}
    for text, prose, figures in told:
        if text.path not in cards and not _OF_EVALUATION.search(text.path):
            continue
        titled = next((section for section in prose.headings if _RED_TEAM.search(section.title)), None)
        of_attacks = titled is not None or _RED_TEAM.search(text.path) is not None
        lines = [line for one in figures if not one.is_example for line in one.lines[:1]]
        if of_attacks and text.path_class in {PlaceClass.LIVE, PlaceClass.DOCUMENTATION}:
            line = titled.line if titled is not None else 1
            inside = [at for at in lines if titled is None or titled.line <= at <= titled.end]
            (results if inside else described).append(text.place(inside[0] if inside else line, "of attacks"))
    configured = list(harness_of(repository).red_team)
    if results:
        statement = f"Results of attacks on the model stand in {_listed(sorted({place.path for place in results}))}."
        return TOPIC.fact("red-team", Answer.YES, statement, places=[*results, *configured, *described])
    if configured:
        statement = f"A tool that attacks the model is set up in {configured[0].path}; no result of it is kept."
        return TOPIC.fact("red-team", Answer.PARTIAL, statement, places=[*configured, *described])
    if described:
        statement = f"{described[0].path} speaks of attacks on the model; no result and no configuration stands here."
        places = [place.model_copy(update={"counts": False}) for place in described[:_TEMPTING]]
        return TOPIC.fact("red-team", Answer.NO, statement, places=places, confidence=Confidence.MODERATE)
    return TOPIC.fact("red-team", Answer.NO, "No record and no configuration of attacks on the model stands here.")


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _NAMES} more" if len(listed) > _NAMES else ""
    return f"{', '.join(listed[:_NAMES])}{more}"
