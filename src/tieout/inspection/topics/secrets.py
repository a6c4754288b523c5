"""Whether secrets are committed, and where the system takes them from."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass, Value
from tieout.inspection.reading.secret_marks import Mark, Marked, marks
from tieout.inspection.reading.secret_stores import Taken, taken_from_outside
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted

TOPIC = Topic(
    key="secrets",
    title="Secrets",
    questions=(
        Question(
            "committed",
            "Are secrets committed?",
            beyond="Whether a key still opens anything; keys without a shape of their own.",
        ),
        Question("from-outside", "Do workflows or configuration take secrets from a store or the environment?"),
        Question(
            "history",
            "Were secrets committed earlier and removed since?",
            beyond="A scanner that reads every commit (gitleaks, trufflehog) answers this.",
        ),
    ),
)
#: Places whose content is in use, or was; a key there is committed.
_IN_USE: Final = frozenset({PlaceClass.LIVE, PlaceClass.NON_PRODUCTION, PlaceClass.ARCHIVE})
_MOST_TEMPTING: Final = 12
_MOST_OF_A_KIND: Final = 3
#: What is looked at first among what does not count.
_TEMPTING_FIRST: Final = (Mark.FIXED, Mark.HEADER, Mark.PLACEHOLDER, Mark.KEY, Mark.DOCUMENTED, Mark.TOKEN, Mark.PUBLIC)


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic, each once."""
    outside = list(taken_from_outside(repository))
    yield _committed(repository, outside)
    yield _from_outside(outside)
    yield TOPIC.unknown("history", "Only the files of this commit are searched, not those of earlier ones.")


def _committed(repository: Repository, outside: list[Taken]) -> Fact:
    found = list(marks(repository))
    keys = [mark for mark in found if mark.mark is Mark.KEY and mark.text.path_class in _IN_USE]
    assigned = [mark for mark in found if mark.mark is Mark.ASSIGNED]
    tempting = [mark for mark in found if mark not in keys and mark.mark is not Mark.ASSIGNED]
    places = [_place(mark) for mark in (*keys, *assigned)]
    places += _tempting(tempting)
    places += _ignored(repository, tempting)
    values: dict[str, Value] = {
        "live": len(keys),
        "assigned": len(assigned),
        "tests": _count(found, PlaceClass.TEST),
        "examples": _count(
            found, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE, PlaceClass.DOCUMENTATION, PlaceClass.VENDORED
        ),
        "documented_examples": sum(mark.mark is Mark.DOCUMENTED for mark in found),
        "placeholders": sum(mark.mark is Mark.PLACEHOLDER for mark in found),
        "fixed_passwords": sum(mark.mark is Mark.FIXED for mark in found),
        "public_keys": sum(mark.mark is Mark.PUBLIC for mark in found),
    }
    if keys:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(mark.kind for mark in keys).items()))
        statement = f"Keys that tell their issuer by their shape stand in files in use: {kinds}."
        return TOPIC.fact("committed", Answer.YES, statement, places=places, values=values)
    if assigned:
        statement = (
            f"No key of a known issuer stands in files in use, but {_times(len(assigned), 'value')} under the name of "
            "a password or secret that looks chosen; whether it opens anything cannot be told here."
        )
        return TOPIC.fact(
            "committed", Answer.PARTIAL, statement, places=places, values=values, confidence=Confidence.LOW
        )
    places += [place.place for place in outside[:_MOST_OF_A_KIND]]
    return TOPIC.fact(
        "committed",
        Answer.NO,
        f"No secret was found in {len(repository.files):,} files.{_besides(values)}",
        places=places,
        values=values,
        confidence=_sureness(values),
    )


def _sureness(values: dict[str, Value]) -> Confidence:
    is_doubtful = values["tests"] or values["examples"] or values["fixed_passwords"]
    return Confidence.MODERATE if is_doubtful else Confidence.HIGH


def _besides(values: dict[str, Value]) -> str:
    parts = [
        (values["tests"], "in tests"),
        (values["examples"], "in examples and documentation"),
    ]
    said = [f"{count} {where}" for count, where in parts if count]
    kept = f" Keys that have the shape of real ones stand only where nothing runs: {', '.join(said)}." if said else ""
    rest, fixed = int(str(values["placeholders"])), int(str(values["fixed_passwords"]))
    if fixed:
        kept += f" Compose files set {_times(fixed, 'fixed password')}, of the kind that trials use."
    return kept + (f" Where a secret would stand, {_times(rest, 'placeholder')} stood instead." if rest else "")


def _count(found: Iterable[Marked], *classes: PlaceClass) -> int:
    return sum(mark.mark is Mark.KEY and mark.text.path_class in classes for mark in found)


def _tempting(found: list[Marked]) -> list[InspectedPlace]:
    """A few of each kind, those in live files first."""
    ranked = sorted(
        found,
        key=lambda mark: (
            mark.text.path_class is not PlaceClass.LIVE,
            _TEMPTING_FIRST.index(mark.mark),
            mark.text.path,
            mark.line,
        ),
    )
    taken: Counter[tuple[Mark, PlaceClass]] = Counter()
    chosen: list[InspectedPlace] = []
    for mark in ranked:
        kind = (mark.mark, mark.text.path_class)
        if taken[kind] < _MOST_OF_A_KIND and len(chosen) < _MOST_TEMPTING:
            taken[kind] += 1
            chosen.append(_place(mark, counts=False))
    return chosen


def _place(mark: Marked, *, counts: bool = True) -> InspectedPlace:
    return mark.text.place(mark.line, mark.kind if counts else _shows(mark), counts=counts)


def _shows(mark: Marked) -> str:
    words = {
        Mark.HEADER: "the header of a private key, without a key",
        Mark.PLACEHOLDER: "stands for a secret",
        Mark.DOCUMENTED: f"{mark.kind} printed in its issuer's documentation",
        Mark.TOKEN: "a signed token",
        Mark.FIXED: "a fixed password; whether it protects anything but a trial cannot be told here",
        Mark.PUBLIC: "public key or certificate, which is no secret",
    }
    return words.get(mark.mark, f"{mark.kind} where nothing runs")


def _ignored(repository: Repository, found: list[Marked]) -> Iterator[InspectedPlace]:
    """Lines of .gitignore that name a file which is tracked all the same and has a place for a secret."""
    paths = {mark.text.path for mark in found if mark.text.path_class is PlaceClass.LIVE}
    text = repository.text(".gitignore")
    if text is None or not paths:
        return
    for number, line in enumerate(text.lines(), start=1):
        name = line.strip().lstrip("/")
        if name in paths:
            yield text.place(number, f"names {name}, which is tracked all the same", counts=False)


def _from_outside(outside: list[Taken]) -> Fact:
    if not outside:
        return TOPIC.fact(
            "from-outside",
            Answer.NO,
            "No workflow, configuration or program was found that takes a secret from a store or the environment.",
            confidence=Confidence.MODERATE,
        )
    counts = Counter(taken.kind for taken in outside)
    told = ", ".join(f"{_times(count, 'name')} from {kind}" for kind, count in sorted(counts.items()))
    return TOPIC.fact(
        "from-outside",
        Answer.YES,
        f"Secrets are taken from outside the repository: {told}.",
        places=[*(taken.place for taken in outside), *(place for taken in outside for place in taken.again)],
        values={"names": len(outside), "kinds": tuple(sorted(counts))},
    )


def _times(count: int, noun: str) -> str:
    return counted(count, noun)
