"""Licences of the code and of the model's weights, and whether all that is said of them agrees."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.reading.cards import cards_of
from tieout.inspection.reading.licence_names import agree, edition_of
from tieout.inspection.reading.licence_statements import (
    CATALOGUE,
    Statement,
    dead_links,
    exceptions,
    files,
    metadata,
    readme,
    unread,
    weights,
)
from tieout.inspection.reading.model_catalogues import listed
from tieout.inspection.reading.model_loading import downloads, loads
from tieout.inspection.reading.unread import places as unread_places
from tieout.inspection.reading.unread import told as told_unread
from tieout.inspection.repository import File, Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted, named
from tieout.kernel.reading.masking import sayable
from tieout.kernel.reading.text import display_path

TOPIC: Final = Topic(
    key="licences",
    title="Licences",
    questions=(
        Question("code-licence", "Is the licence of the code stated?", "Who holds the rights is not examined."),
        Question(
            "weights-licence", "Is a licence of the model's weights stated?", "Terms at a model hub are not in a tree."
        ),
        Question("licence-agreement", "Do all statements of the licence agree?"),
    ),
)

#: Files that hold weights of a model, by their endings.
_WEIGHTS = re.compile(
    r"\.(?:safetensors|gguf|ggml|onnx|pt|pth|ckpt|h5|keras|tflite|joblib|mlmodel|pkl)$", re.IGNORECASE
)
_TRIAL = re.compile(r"(?:^|[/_.-])(?:examples?|samples?|demos?|tests?|mocks?|dummy)(?:[/_.-])", re.IGNORECASE)
_MOST_PARTS: Final = 8
#: Calls that read data as often as models.
_DATA_CALLS: Final = ("np.", "numpy.", "pd.", "pandas.", "load_dataset")


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    found = files(repository)
    whole, said = [one for one in found if not one.folder], list(metadata(repository))
    sentences = list(readme(repository))
    yield _code(repository, found, said, sentences)
    yield _weights(repository, sentences, found)
    yield _agreement(repository, whole, [*said, *sentences], {one.folder for one in found if one.folder})


def _code(
    repository: Repository, found: Sequence[Statement], said: Sequence[Statement], sentences: Sequence[Statement]
) -> Fact:
    whole = [one for one in found if not one.folder]
    parts = [one for one in found if one.folder]
    root = [one for one in said if not one.folder and one.source == "package metadata"]
    known = [one for one in whole if one.ids]
    ids = tuple(dict.fromkeys(name for one in known for name in one.ids))
    excepted = [pair for one in whole for pair in exceptions(repository, one.path)]
    places = [place for one in [*known, *root, *sentences] for place in _places(repository, one)]
    places += [repository.place(whole[0].path, line, f"puts a part under {path}") for line, path in excepted]
    of_parts = [one for one in said if one.folder and one.source == "package metadata"][:_MOST_PARTS]
    places += [_place(repository, one, counts=False, more=" of a part") for one in [*parts, *of_parts]]
    named_ids = ids or tuple(dict.fromkeys(name for one in [*root, *sentences] for name in one.ids))
    # A text is the same for every edition; where metadata say which it is, SPDX has an identifier of its own for it.
    editions = (edition_of(one.written) for one in root if set(one.ids) <= set(named_ids))
    values: dict[str, Value] = {
        "spdx": tuple(dict.fromkeys([*named_ids, *(edition for edition in editions if edition)])),
        "files": tuple(display_path(one.path) for one in whole),
        "parts": len(parts),
        "exceptions": len(excepted),
    }
    if known:
        metadata_too = f", and so do {counted(len(root), 'line')} of package metadata" if root else ""
        statement = f"{display_path(known[0].path)} holds {named(ids)}{metadata_too}."
        statement = statement.replace("so do 1 line", "so does 1 line")
        statement += _editions(root)
        if excepted:
            statement += (
                f" It puts {counted(len(excepted), 'part')} under another: {named(path for _, path in excepted)}."
            )
        elif parts:
            statement += (
                f" {counted(len(parts), 'part')} {'has' if len(parts) == 1 else 'have'} a licence file of its own."
            )
        return TOPIC.fact("code-licence", Answer.YES, statement, places=places, values=values)
    lost = unread(repository)
    if lost:
        return TOPIC.unknown("code-licence", told_unread(lost), places=[*unread_places(repository, lost), *places])
    others = [one for one in [*root, *sentences] if one.ids]
    strange = [one for one in whole if one.is_told]
    empty = [_place(repository, one, counts=False) for one in whole if not one.is_told]
    empty += [
        repository.place(path, line, "links to a licence file that is not there", counts=False)
        for path, line in dead_links(repository)
    ]
    if strange:
        statement = f"{display_path(strange[0].path)} is there, and its text is none that is known here."
        places = [*(_place(repository, one) for one in [*strange, *others]), *empty]
        return TOPIC.fact("code-licence", Answer.PARTIAL, statement, places=places, values=values)
    if others:
        statement = f"There is no licence file; {others[0].source} says {named(others[0].ids)}."
        if whole:
            statement = f"{display_path(whole[0].path)} holds no terms; {others[0].source} says {named(others[0].ids)}."
        places += empty
        return TOPIC.fact("code-licence", Answer.PARTIAL, statement, places=places, values=values)
    statement = "There is no licence file, and neither package metadata nor a readme names a licence."
    if parts:
        statement = f"There is no licence file of the whole, and one in {counted(len(parts), 'part')} of it."
    if whole:
        statement = f"{display_path(whole[0].path)} holds no terms, and nothing else names a licence."
    return TOPIC.fact("code-licence", Answer.NO, statement, places=[*places, *empty], values=values)


def _editions(root: Sequence[Statement]) -> str:
    """What metadata says of the edition: the text of a licence is the same for "or later" and for "only"."""
    editions = dict.fromkeys(edition for one in root if (edition := edition_of(one.written)))
    return f" The metadata says {named(editions)}." if editions else ""


def _place(repository: Repository, one: Statement, *, counts: bool = True, more: str = "") -> InspectedPlace:
    told = named(one.ids) if one.ids else f"{sayable(one.written)}, no name of a licence that is known here"
    if edition := edition_of(one.written):
        told = edition
    return repository.place(one.path, one.line, f"{one.source}{more}: {told}", counts=counts)


def _places(repository: Repository, one: Statement) -> Iterator[InspectedPlace]:
    yield _place(repository, one)
    if one.version_line is not None:
        yield repository.place(one.path, one.version_line, "says the version of the licence")


def _weights(repository: Repository, sentences: Sequence[Statement], found: Sequence[Statement]) -> Fact:
    tracked = [file.path for file in repository.files if _is_weights(file)]
    folders = {path.rpartition("/")[0] for path in tracked}
    beside = [replace(one, source="licence file beside the weights") for one in found if one.folder in folders - {""}]
    stated = [*weights(repository), *beside]
    ids = tuple(dict.fromkeys(name for one in stated for name in one.ids))
    values: dict[str, Value] = {"spdx": ids, "weights_in_tree": len(tracked), "statements": len(stated)}
    if ids:
        first = next(one for one in stated if one.ids)
        statement = f"{display_path(first.path)} puts the weights of the model under {named(first.ids)}."
        others = tuple(name for name in ids if name not in first.ids)
        others += tuple(display_path(one.written) for one in stated if not one.ids)
        if others:
            statement += f" Not all models have the same: {named(dict.fromkeys(others))} is named, too."
        sure = Confidence.LOW if first.source == "sentence" else Confidence.MODERATE
        without_one = [one for one in listed(repository) if not one.licence] if first.source == CATALOGUE else []
        if without_one:
            has = "has" if len(without_one) == 1 else "have"
            statement += f" {counted(len(without_one), 'model')} of such lists {has} none."
            places = [_place(repository, one) for one in stated]
            places += [repository.place(one.path, one.line, "no licence is given") for one in without_one[:_MOST_PARTS]]
            return TOPIC.fact(
                "weights-licence", Answer.PARTIAL, statement, places=places, values=values, confidence=sure
            )
        held = {one.folder for one in beside}
        without = [path for path in tracked if path.rpartition("/")[0] not in held]
        if all(one in beside for one in stated) and without:
            statement += f" {counted(len(without), 'file')} of weights elsewhere have none."
            places = [_place(repository, one) for one in stated]
            places += [repository.place(path, shows="weights, without a licence of their own") for path in without]
            return TOPIC.fact(
                "weights-licence", Answer.PARTIAL, statement, places=places, values=values, confidence=sure
            )
        places = [_place(repository, one) for one in stated]
        return TOPIC.fact("weights-licence", Answer.YES, statement, places=places, values=values, confidence=sure)
    used = _used(repository)
    if not tracked and not used and not cards_of(repository).models:
        reason = "No weights of a model are in the tree, and nothing here loads any."
        return TOPIC.fact(
            "weights-licence", Answer.NOT_APPLICABLE, reason, values=values, confidence=Confidence.MODERATE
        )
    where = (
        f"{counted(len(tracked), 'file')} of weights {'is' if len(tracked) == 1 else 'are'} in the tree"
        if tracked
        else ("The weights are not in the tree")
    )
    places = [repository.place(path, shows="weights, without a licence of their own", counts=False) for path in tracked]
    of_code = [
        repository.place(one.path, one.line, "speaks of the software, and not of weights", counts=False)
        for one in sentences
    ]
    statement = f"{where}, and no licence of them is stated."
    return TOPIC.fact(
        "weights-licence",
        Answer.NO,
        statement,
        places=[*places, *used, *of_code],
        values=values,
        confidence=Confidence.MODERATE,
    )


def _is_weights(file: File) -> bool:
    return file.is_own and _WEIGHTS.search(file.path) is not None and _TRIAL.search(file.path) is None


def _used(repository: Repository) -> list[InspectedPlace]:
    """Calls that load or download a model."""
    calls = [(call.source.text, call.line, call.name) for call in downloads(repository)]
    calls += [(call.source.text, call.line, call.name) for call in loads(repository)]
    return [
        text.place(line, f"loads a model: {name}", counts=False)
        for text, line, name in calls
        if not name.startswith(_DATA_CALLS)
    ][:5]


def _agreement(
    repository: Repository, whole: Sequence[Statement], said: Sequence[Statement], own_licence: set[str]
) -> Fact:
    """Compare what is said of the whole; a part with a licence file of its own speaks for itself."""
    files_of_whole = [one for one in whole if one.ids]
    others = [one for one in said if not any(f"{one.folder}/".startswith(f"{folder}/") for folder in own_licence)]
    main = files_of_whole[0] if files_of_whole else next((one for one in others if one.ids and not one.folder), None)
    compared = [one for one in [*files_of_whole, *others] if one is not main]
    total = len(compared) + (main is not None)
    values: dict[str, Value] = {"statements": total}
    if main is None or not compared:
        told = "There is one statement of a licence" if main is not None else "No licence is stated"
        return TOPIC.fact(
            "licence-agreement", Answer.NOT_APPLICABLE, f"{told}, and so nothing to compare.", values=values
        )
    every = tuple(sorted({name for one in files_of_whole for name in one.ids})) or main.ids
    against = [
        one for one in compared if not (agree(main.ids, one.ids) or agree(every, one.ids) or set(one.ids) & set(every))
    ]
    if against:
        first = against[0]
        told = named(first.ids) if first.ids else f"'{sayable(first.written)}', no name of a licence that is known here"
        rest = len(against) - 1
        more = f", and {counted(rest, 'more place disagrees', 'more places disagree')}" if rest else ""
        statement = f"{display_path(main.path)} says {named(every)}; {display_path(first.path)} says {told}{more}."
        places = [_place(repository, one) for one in [main, *against]]
        return TOPIC.fact(
            "licence-agreement", Answer.NO, statement, places=places, values={**values, "against": len(against)}
        )
    statement = f"{counted(total, 'statement')} of a licence agree: {named(every)}."
    places = [place for one in [main, *compared] for place in _places(repository, one)]
    return TOPIC.fact("licence-agreement", Answer.YES, statement, places=places, values=values)
