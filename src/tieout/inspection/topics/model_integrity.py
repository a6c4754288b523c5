"""Whether a model is the one that was meant: checksums, formats that can run code, pinned revisions."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.checksum_conditions import Condition, Way, conditions
from tieout.inspection.reading.checksums import Comparison, Pinned, Switch, comparisons, pinned, switches
from tieout.inspection.reading.copies import first_of_copies
from tieout.inspection.reading.model_fetching import fetched
from tieout.inspection.reading.model_loading import Download, Load, downloads, loads, remote_code
from tieout.inspection.reading.source_code import programs, searched, settings
from tieout.inspection.reading.spoken_of import MODELS, spoken_of
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted, named
from tieout.kernel.reading.patterns import compile_bytes

TOPIC = Topic(
    key="model-integrity",
    title="Integrity of the model",
    questions=(
        Question("weights-verified", "Is the checksum of the model's file compared before it is used?"),
        Question("check-bypass", "Can that check be passed by?"),
        Question("unsafe-format", "Is a pickle or another format that can run code loaded?"),
        Question("unpickling-restricted", "Is unpickling restricted to data?"),
        Question("revision-pinned", "Are models that come from a hub pinned to a revision?"),
        Question("remote-code", "May code that comes with a model run?"),
    ),
)
_PICKLED = compile_bytes(
    r"[:=][ \t]*[\"']?[^\s\"'*{}]*\.(?:pkl|pickle|joblib|dill)[\"']?[ \t,]*(?:\r?\n|\z|#)"
    r"|(?i:model|weight|checkpoint)[\w.-]*[\"']?[ \t]*[:=][ \t]*[\"']?[^\s\"'*{}]+\.(?:pt|pth|ckpt"
    r"|bin)[\"']?[ \t,]*(?:\r?\n|\z|#)"
)
_NOT = r"(?:not (?:be )?(?:appropriate|safe|secure|recommended|allowed|permitted|suitable|used|intended|for production)|insecure|unsafe|never|must not|should not|do not|don't|avoid|forbidden|prohibited)"  # noqa: E501 - one alternative
_THING = r"(?:\bpickles?\b|\bpickled\b|\.pkl\b|\bpkl\b|\bjoblib\b|\bunpickl\w+)"
_FORBIDDEN = compile_bytes(rf"{_THING}[^\n.]{{0,120}}\b{_NOT}|\b{_NOT}\b[^\n.]{{0,60}}{_THING}", folded=True)
_REMOTE_ANY = compile_bytes(r"trust[-_]remote[-_]code")
_DOCUMENTS: Final = (".md", ".rst", ".adoc", ".txt")
_MOST: Final = 8
_LARGEST_DOCUMENT: Final = 400_000


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic, each once."""
    compared, sums = list(comparisons(repository)), list(pinned(repository))
    offered = list(switches(repository)) if compared or sums else []
    found, gotten = list(loads(repository)), list(downloads(repository))
    uses_models = bool(compared or sums or found or gotten)
    yield _verified(repository, compared, sums, offered, uses_models=uses_models)
    yield _bypass(repository, compared, offered, conditions(repository, compared))
    yield _unsafe(repository, found)
    yield _restricted(found)
    yield _revisions(repository, gotten)
    yield _remote(repository, gotten, uses_models=uses_models)


def _without_model(repository: Repository, key: str, reason: str) -> Fact:
    """The answer where no call gets or loads a model: only where nothing speaks of one is that certain."""
    word = spoken_of(repository, MODELS)
    if word is not None:
        return TOPIC.unknown(key, reason, places=[word])
    return TOPIC.fact(key, Answer.NOT_APPLICABLE, "Nothing in programs and settings speaks of a model.")


def _verified(
    repository: Repository, compared: list[Comparison], sums: list[Pinned], offered: list[Switch], *, uses_models: bool
) -> Fact:
    off = [entry for entry in sums if not entry.on]
    places = [place for entry in sums for place in _of_sum(entry)]
    places += [place for entry in compared for place in _of_comparison(entry)]
    values = {"comparisons": len(compared), "checksums_in_settings": len(sums)}
    if not compared:
        if sums:
            statement = "Checksums of models stand in settings, but no line was found that compares them."
            return TOPIC.fact("weights-verified", Answer.PARTIAL, statement, places=places, values=values)
        if not uses_models:
            reason = "How a model is loaded or downloaded, if one is, was not recognised here."
            return _without_model(repository, "weights-verified", reason)
        statement = "No line was found that compares the checksum of a model's file."
        return TOPIC.fact(
            "weights-verified",
            Answer.NO,
            statement,
            places=fetched(repository),
            values=values,
            confidence=Confidence.MODERATE,
        )
    if off:
        statement = "A checksum is compared by the program, and the settings turn the check off."
        return TOPIC.fact("weights-verified", Answer.NO, statement, places=places, values=values)
    refuses = any(entry.refused or entry.delegated for entry in compared)
    by = f", against {len(sums)} in settings" if sums else ""
    what = "and a difference stops it" if refuses else "but no line was found that stops where it differs"
    passes = " It can be passed by." if offered else ""
    return TOPIC.fact(
        "weights-verified",
        Answer.YES if refuses else Answer.PARTIAL,
        f"The checksum of the model's file is compared in {_places(len(compared))}{by}, {what}.{passes}",
        places=places,
        values=values,
        confidence=Confidence.MODERATE,
    )


def _of_sum(entry: Pinned) -> Iterator[InspectedPlace]:
    if entry.switch:
        yield entry.text.place(entry.switch, f"the check is {'on' if entry.on else 'off'}")
    yield entry.text.place(entry.line, "checksum that is expected")


def _of_comparison(entry: Comparison) -> Iterator[InspectedPlace]:
    text = entry.source.text
    for line in islice((line for line in entry.expected if line <= entry.line), 2):
        yield text.place(line, "what is expected")
    yield text.place(entry.line, "checksum is compared")
    for line in islice((line for line in entry.refused if line >= entry.line), 3):
        yield text.place(line, "stops where it differs")


def _bypass(
    repository: Repository, compared: list[Comparison], offered: list[Switch], depends: list[Condition]
) -> Fact:
    if not compared:
        return TOPIC.fact("check-bypass", Answer.NOT_APPLICABLE, "There is no such check to pass by.")
    if not offered and not depends:
        return TOPIC.fact(
            "check-bypass",
            Answer.NO,
            "No switch, option, variable or condition was found that passes the check by.",
            confidence=Confidence.MODERATE,
        )
    off = [switch for switch in offered if not switch.overrides]
    over = [switch for switch in offered if switch.overrides]
    places = [
        switch.source.text.place(
            switch.line, "switches the check off" if not switch.overrides else "sets what is expected"
        )
        for switch in (*off, *over)
    ]
    places += [one.source.text.place(one.line, one.way.value) for one in sorted(depends, key=_rank)]
    places += _documented(repository, [switch.name for switch in (*off, *over)])
    told = []
    if off:
        told.append(f"{_listed(off)} {'switches' if len({s.name for s in off}) == 1 else 'switch'} it off")
    if over:
        told.append(f"{_listed(over)} {'sets' if len({s.name for s in over}) == 1 else 'set'} what is expected")
    told += [words for way, words in _WAYS.items() if any(one.way is way for one in depends)]
    is_open = bool(offered) or any(one.way in {Way.SWITCH, Way.UNLISTED} for one in depends)
    return TOPIC.fact(
        "check-bypass",
        Answer.YES if is_open else Answer.PARTIAL,
        f"The check can be passed by: {'; '.join(told)}.",
        places=places,
        values={"names": tuple(dict.fromkeys(switch.name for switch in offered)), "conditions": len(depends)},
        confidence=Confidence.MODERATE,
    )


_WAYS: Final = {
    Way.SWITCH: "it is made only where a switch of the program asks for it",
    Way.UNLISTED: "only under a condition a checksum is known, and what has none is used without",
    Way.UNKNOWN: "where no checksum is known nothing is compared",
    Way.OTHER: "it is made only under a condition that is not of the checksum",
    Way.CACHED: "a file that a download left in the cache before is not compared again",
}


def _rank(one: Condition) -> tuple[int, str, int]:
    return list(_WAYS).index(one.way), one.source.text.path, one.line


def _documented(repository: Repository, names: list[str]) -> Iterator[InspectedPlace]:
    """Where documents tell of the switches, each once in a document."""
    for text in repository.texts(_documents(repository)):
        lines = text.lines()
        for name in dict.fromkeys(names):
            number = next((number for number, line in enumerate(lines, start=1) if name in line), None)
            if number:
                yield text.place(number, f"tells of {name}")


def _one_of_each_file_first(places: list[InspectedPlace]) -> list[InspectedPlace]:
    """The first place of every file, and then the others: a reader wants to see in which files it is."""
    first = {place.path: place for place in reversed(places)}
    return [*(place for place in places if first[place.path] is place), *(p for p in places if first[p.path] is not p)]


def _unsafe(repository: Repository, found: list[Load]) -> Fact:
    settings_ = list(_pickles_in_settings(repository)) if found else []
    forbidden = list(_forbidden(repository, found))
    if not found:
        return TOPIC.fact(
            "unsafe-format",
            Answer.NO,
            "No call was found in programs in use that loads a pickle or its like.",
            confidence=Confidence.MODERATE,
        )
    open_ = [load for load in found if load.restricted != "always"]
    places = _one_of_each_file_first([_place(load) for load in open_ or found])[: 2 * _MOST]
    places = [*settings_[:_MOST], *places, *forbidden]
    names = ", ".join(dict.fromkeys(load.name for load in found))
    statement = (
        f"{names} {'reads' if len(found) == 1 else 'read'} a format that can run code, in {_places(len(found))}."
    )
    if settings_:
        statement += f" Settings name such a file in {_places(len(settings_))}."
    if forbidden:
        statement += " A document says that this format is not to be used: the two contradict each other."
    if not open_:
        statement += " Every call is restricted to data."
    elif any(load.name.startswith("torch") for load in open_):
        statement += " torch.load is restricted by itself only from PyTorch 2.6."
    return TOPIC.fact(
        "unsafe-format",
        Answer.YES if open_ else Answer.PARTIAL,
        statement,
        places=places,
        values={"calls": len(found), "unrestricted": len(open_), "contradicted": bool(forbidden)},
    )


def _pickles_in_settings(repository: Repository) -> Iterator[InspectedPlace]:
    for source in searched(repository, settings(repository), _PICKLED):
        for hit in islice(source.hits(_PICKLED), 4):
            yield source.text.place(hit.line, "settings name a pickled file")


def _forbidden(repository: Repository, found: list[Load]) -> Iterator[InspectedPlace]:
    """Documents that say so of a part of the tree in which it is loaded all the same."""
    loaded = [load.source.text.path for load in found]
    for text in repository.texts(_documents(repository) if found else ()):
        folder = text.path.rpartition("/")[0]
        if folder and not any(path.startswith(f"{folder}/") for path in loaded):
            continue
        for hit in islice(text.hits(_FORBIDDEN), 1):
            yield text.place(hit.line, "says that this format is not to be used")


def _documents(repository: Repository) -> list[Any]:
    wanted = {PlaceClass.DOCUMENTATION, PlaceClass.LIVE}
    return [
        f
        for f in repository.files
        if f.path_class in wanted and f.name.endswith(_DOCUMENTS) and f.size < _LARGEST_DOCUMENT
    ]


def _restricted(found: list[Load]) -> Fact:
    if not found:
        return TOPIC.fact("unpickling-restricted", Answer.NOT_APPLICABLE, "Nothing was found that unpickles.")
    count = {kind: sum(load.restricted == kind for load in found) for kind in ("always", "sometimes", "never")}
    places = [place for load in found for place in _deciding(load)]
    if count["always"] == len(found):
        answer, said = Answer.YES, "Every call that unpickles takes data only."
    elif count["never"] == len(found):
        answer, said = Answer.NO, "No call that unpickles is restricted to data."
    else:
        answer = Answer.PARTIAL
        said = (
            f"Calls that unpickle: {count['always']} that always take data only, {count['sometimes']} under a "
            f"condition, and {count['never']} without a restriction."
        )
    if any(load.compares_text for load in found):
        said += " The condition compares versions as text, which puts 1.9 after 1.13."
    return TOPIC.fact("unpickling-restricted", answer, said, places=places, values=dict(count))


def _deciding(load: Load) -> Iterator[InspectedPlace]:
    if load.deciding:
        yield load.source.text.place(load.deciding, "restricts it to data, under a condition")
    yield _place(load)


def _place(load: Load) -> InspectedPlace:
    words = {"always": "restricted to data", "sometimes": "restricted under a condition", "never": "not restricted"}
    return load.source.text.place(load.line, f"{load.name}, {words[load.restricted]}")


def _revisions(repository: Repository, gotten: list[Download]) -> Fact:
    named = [get for get in gotten if not get.local]
    if not named:
        local = [get.source.text.place(get.line, f"{get.name}, of a local folder", counts=False) for get in gotten]
        if local:
            statement = "Models and data sets are loaded from local folders; how they came there was not recognised."
            return TOPIC.unknown("revision-pinned", statement, places=local)
        reason = "Where a model or data set comes from, if one is used, was not recognised here."
        return _without_model(repository, "revision-pinned", reason)
    commits = [get for get in named if get.revision == "commit"]
    revised = [get for get in named if get.revision == "name"]
    bare = [get for get in named if not get.revision]
    answer = Answer.YES if len(commits) == len(named) else Answer.NO if not (commits or revised) else Answer.PARTIAL
    return TOPIC.fact(
        "revision-pinned",
        answer,
        f"Calls that get a model or data set from a hub: {len(commits)} that name a commit, {len(revised)} another "
        f"revision, {len(bare)} none.",
        places=[get.source.text.place(get.line, get.name) for get in (*bare, *revised, *commits)],
        values={"calls": len(named), "commit": len(commits), "other": len(revised), "none": len(bare)},
        confidence=Confidence.MODERATE,
    )


def _remote(repository: Repository, gotten: list[Download], *, uses_models: bool) -> Fact:
    on: list[InspectedPlace] = []
    open_: list[InspectedPlace] = []
    off: list[InspectedPlace] = []
    for source in searched(repository, [*programs(repository), *settings(repository)], _REMOTE_ANY):
        for line, value in remote_code(source):
            kind = on if value.strip("\"'").lower() in {"", "true"} else off if value.lower() == "false" else open_
            kind.append(
                source.text.place(line, "code of the model's repository may run" if kind is not off else "refused")
            )
    on += [
        get.source.text.place(get.line, f"{get.name} runs the repository's code")
        for get in gotten
        if "hub.load" in get.name
    ]
    on, open_ = first_of_copies(on), first_of_copies(open_)
    if on:
        statement = f"Code that comes with a model may run: allowed in {_places(len(on))}."
        return TOPIC.fact("remote-code", Answer.YES, statement, places=[*on, *open_], values={"allowed": len(on)})
    if open_:
        statement = f"Whether code that comes with a model runs is left to a setting, in {_places(len(open_))}."
        return TOPIC.fact("remote-code", Answer.PARTIAL, statement, places=open_, confidence=Confidence.MODERATE)
    if off or uses_models:
        return TOPIC.fact(
            "remote-code",
            Answer.NO,
            "Nothing was found that lets code of a model run.",
            places=off,
            confidence=Confidence.MODERATE,
        )
    reason = "What loads a model, if anything does, was not recognised here, and so not whether code of it may run."
    return _without_model(repository, "remote-code", reason)


def _listed(offered: list[Switch]) -> str:
    return named(switch.name for switch in offered)


def _places(count: int) -> str:
    return counted(count, "place")
