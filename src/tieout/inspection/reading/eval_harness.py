"""What evaluates a model in a repository: known tools, configured or imported, and code of its own."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.source_code import programs, searched
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.patterns import compile_bytes

_CONFIGURED: Final = (
    ("promptfoo", re.compile(r"(?:^|/)\.?promptfoo(?:config)?[^/]*\.(?:ya?ml|json|[cm]?[jt]s)$", re.IGNORECASE)),
    ("garak", re.compile(r"(?:^|/)[^/]*garak[^/]*\.(?:ya?ml|json|toml)$", re.IGNORECASE)),
    ("deepeval", re.compile(r"(?:^|/)deepeval[^/]*\.(?:ya?ml|json|toml|py)$", re.IGNORECASE)),
)
#: Libraries that measure answers; importing one is what a program does that measures.
_IMPORTED = compile_bytes(
    r"(?m)^[ \t]*(?:from|import)[ \t]+(?P<py>inspect_ai|lm_eval|deepeval|ragas|garak|pyrit|giskard|trulens\w*"
    r"|openevals|autoevals|jiwer|sacrebleu|rouge_score|bert_score|sklearn\.metrics|torchmetrics|fairlearn\.metrics"
    r"|langsmith\.evaluation|promptflow\.evals|azure\.ai\.evaluation|pycocotools\.cocoeval|museval|pesq|pystoi)\b"
    r"|(?:from|require\()[ \t]*[\"'](?P<js>promptfoo|autoevals|openevals|langsmith/evaluation|evalite|@braintrust\w*)"
    r"[\"']",
)
#: Of a library that measures, what only says how near two vectors are: a search does that, and judges no answer.
_NEARNESS: Final = r"(?:\w+_(?:similarity|distances?|kernel)|pairwise_distances\w*)(?:\s+as\s+\w+)?"
_DISTANCES = re.compile(
    rf"sklearn\.metrics\.pairwise\b|from\s+sklearn\.metrics\s+import\s+\(?\s*{_NEARNESS}(?:\s*,\s*{_NEARNESS})*\s*\)?\s*(?:#|$)"
)
_RED_TEAM_LIBRARY: Final = frozenset({"garak", "pyrit", "giskard"})
_REDTEAM_KEY = compile_bytes(r"(?m)^\s{0,4}\"?redteam\"?\s*:")
_NOTEBOOK = compile_bytes(
    r"\b(?:from|import) (?P<py>inspect_ai|lm_eval|deepeval|ragas|jiwer|sacrebleu|rouge_score|sklearn\.metrics"
    r"|torchmetrics)\b|\b(?P<mlflow>mlflow)\.(?:models\.)?evaluate\("
)
#: Folders and files that are named for evaluation.
_NAMED = re.compile(r"(?:^|/)(?:auto[-_])?(?:evals?|evaluat(?:ions?|ors?|e))(?:/|[-_.][^/]*$)", re.IGNORECASE)
_MEASURES = compile_bytes(
    r"\b(?:accuracy|precision|recall|f1|faithfulness|groundedness|relevancy|relevance|coherence|correctness|toxicity"
    r"|hallucination|bleu|rouge|wer|exact_match|judge)\b|\b(?:answer|context)_(?:relevancy|precision|recall)",
    folded=True,
)
#: What makes a program of it that somebody runs.
_ENTRY = compile_bytes(
    r"__name__ *== *[\"']__main__|\btyper\b|\bargparse\b|\bclick\.command|\bnamespace +:?\w|process\.argv"
)
_ENOUGH: Final = 2
#: A prompt that is named for a measure, for a model that judges by it, and what judges.
_A_MEASURE = re.compile(
    r"/[^/]*(?:accuracy|faithful|grounded|relevan|coheren|correctness|toxic|hallucinat|helpful|concise|harm)[^/]*"
    r"\.(?:md|txt|prompt|j2|jinja2?|ya?ml)$",
    re.IGNORECASE,
)
_JUDGES = compile_bytes(
    r"(?m)^[ \t]*(?:export )?(?:class[ \t]+\w*(?:Evaluat|Judge|Scorer)\w*"
    r"|(?:async )?(?:def|function)[ \t]+\w*evaluat\w*)"
)
#: Code of others that was copied in.
_FOREIGN = re.compile(r"(?:^|/)(?:dependencies|deps|external|submodules|extern)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Harness:
    """What evaluates.

    Attributes:
        tools: Known tools that are configured or imported, sorted.
        places: Of their use, in programs and configuration.
        notebooks: Places in notebooks that import one.
        own: Places of code of the project's own that is named for evaluation and measures.
        own_files: How many such files.
        entries: Places of own code that somebody runs.
        red_team: Places where a tool that attacks a model is configured or imported.
    """

    tools: tuple[str, ...]
    places: tuple[InspectedPlace, ...]
    notebooks: tuple[InspectedPlace, ...]
    own: tuple[InspectedPlace, ...]
    own_files: int
    entries: tuple[InspectedPlace, ...]
    red_team: tuple[InspectedPlace, ...]


@once
def harness_of(repository: Repository) -> Harness:
    """Everything that evaluates in live places."""
    tools: Counter[str] = Counter()
    places: list[InspectedPlace] = []
    red_team: list[InspectedPlace] = []
    for tool, place, attacks in (*_configurations(repository), *_imports(repository)):
        tools[tool] += 1
        places.append(place)
        if attacks:
            red_team.append(place)
    own, entries = _own(repository)
    return Harness(
        tools=tuple(sorted(tools)),
        places=tuple(places),
        notebooks=tuple(_notebooks(repository)),
        own=tuple(own),
        own_files=len(own),
        entries=tuple(entries),
        red_team=tuple(red_team),
    )


def _configurations(repository: Repository) -> Iterator[tuple[str, InspectedPlace, bool]]:
    for file in repository.files:
        tool = next((tool for tool, path in _CONFIGURED if path.search(file.path)), None)
        if tool is None or not file.is_own or file.kind != "file" or not file.size or _is_itself(repository, tool):
            continue
        if kind_of(file.path) in {"yaml", "json", "toml"}:
            documents = repository.documents(file.path)
            if not any(isinstance(document.data, dict) and document.data for document in documents):
                continue  # a file of that name that says nothing
        text = repository.text(file.path)
        hit = text.first(_REDTEAM_KEY) if text is not None else None
        attacks = tool == "garak" or hit is not None
        yield tool, repository.place(file.path, hit.line if hit else 1, f"configuration of {tool}"), attacks


def _imports(repository: Repository) -> Iterator[tuple[str, InspectedPlace, bool]]:
    own = [file for file in programs(repository) if not _FOREIGN.search(file.path)]
    for source in searched(repository, own, _IMPORTED):
        for hit in source.hits(_IMPORTED):
            tool = (hit.groups.get("py") or hit.groups.get("js") or "").split(".")[0]
            if _DISTANCES.search(hit.text):
                continue
            if not _is_itself(repository, tool):
                yield tool, source.text.place(hit.line, f"a program that uses {tool}"), tool in _RED_TEAM_LIBRARY
                break


def _is_itself(repository: Repository, tool: str) -> bool:
    """Whether a repository is the tool's own: what its programs import there is themselves."""
    return tool in repository.folders or f"src/{tool}" in repository.folders


def _notebooks(repository: Repository) -> Iterator[InspectedPlace]:
    notebooks = [file for file in repository.files if file.name.endswith(".ipynb")]
    files = [file for file in notebooks if file.path_class is not PlaceClass.VENDORED]
    for text in repository.texts(files):
        hit = text.first(_NOTEBOOK)
        if hit is not None:
            yield text.place(hit.line, "a notebook that measures")


def _own(repository: Repository) -> tuple[list[InspectedPlace], list[InspectedPlace]]:
    """Code that is named for evaluation and names a measure: places of it, and of what is run."""
    named = [file for file in programs(repository) if _NAMED.search(file.path) and not _FOREIGN.search(file.path)]
    own, entries = [], []
    for source in searched(repository, named, _MEASURES):
        hit = next(source.hits(_MEASURES), None)
        if hit is None:
            continue
        own.append(source.text.place(hit.line, "code that is named for evaluation and names a measure"))
        entry = next(source.hits(_ENTRY), None)
        if entry is not None:
            entries.append(source.text.place(entry.line, "what is run"))
    tasks = [file for file in named if file.name.endswith((".rake", ".mk")) or "cli" in file.path.lower().split("/")]
    entries.extend(repository.place(file.path, 1, "what is run") for file in tasks)
    if len(own) < _ENOUGH:
        judges = list(_judges(repository, named, {place.path for place in own}))
        own.extend(judges)
        for source in searched(repository, named if judges and not entries else (), _ENTRY):
            entry = next(source.hits(_ENTRY), None)
            if entry is not None:
                entries.append(source.text.place(entry.line, "what is run"))
    return (own, entries) if len(own) >= _ENOUGH else ([], [])


def _judges(repository: Repository, named: list[File], known: set[str]) -> Iterator[InspectedPlace]:
    """A program named for evaluation whose measures stand beside it as prompts: what judges, and the prompts."""
    prompts = [
        file
        for file in repository.files
        if file.kind == "file" and file.is_own and _NAMED.search(file.path) and _A_MEASURE.search(file.path)
    ]
    if len(prompts) < _ENOUGH:
        return
    judged = bool(known)
    for source in searched(repository, [file for file in named if file.path not in known], _JUDGES):
        hit = next(source.hits(_JUDGES, within=source.code), None)
        if hit is not None:
            judged = True
            yield source.text.place(hit.line, "code that is named for evaluation, with a prompt for each measure")
    if judged:
        yield from (repository.place(file.path, 1, "a prompt that measures") for file in prompts[: _ENOUGH * 2])
