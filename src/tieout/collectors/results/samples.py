"""The scores that an Inspect log holds for single samples, and whether its headline figures agree with them."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Scorers of Inspect that give each sample all or nothing; trusted to, only where samples are not logged.
ALL_OR_NOTHING = frozenset({"answer", "choice", "exact", "includes", "match", "pattern"})

TOLERANCE = 1e-6
"""How far a mean may be from that of its samples: reduced scores are rounded by those who write logs."""

_WHOLE = 1e-9
_LARGEST = 1e100  # of a score: sums and squares of larger ones leave the numbers
_ERROR_SHARE = 0.9  # a bootstrap's standard error varies by a few per cent
# Inspect's own numbers for the marks of its scorers (correct, partial, incorrect, no answer).
_MARKS = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
_UNCHANGED = "UNCHANGED"  # Inspect's own word for an edit that leaves the value as it was
_WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


@dataclass(frozen=True, slots=True)
class _Scored:
    """The scores of one list of the log: of its samples, or of its samples reduced over epochs."""

    what: str
    values: tuple[Any, ...]
    ids: tuple[Any, ...]  # of the sample of each score
    places: tuple[Any, ...]  # what must not be there twice: the sample, or the sample in its epoch
    is_reduced: bool
    failed: int = 0  # samples that have a score and ended in an error, which are left out


class Samples:
    """What a log's own samples say of one scorer.

    Args:
        data: The log.
        score: One entry of `results.scores`.
        scorer: Its name.
        reducer: How scores of several epochs were made one; None: by the mean.
        epochs: How often each sample was asked.
    """

    def __init__(
        self, data: Mapping[str, Any], score: Mapping[str, Any], *, scorer: str, reducer: str | None, epochs: int
    ) -> None:
        self._scorer = scorer
        self._epochs = epochs
        self._by_mean = reducer in {None, "mean"}
        outer = score.get("scorer")
        self._lists = [
            found for found in (_of_samples(data, scorer), _of_reductions(data, outer, scorer, reducer)) if found
        ]
        self._edited = max(_edited(_of_scores(data, scorer)), _edited(_of_reduced(data, outer, scorer, reducer)))
        self._is_hidden = not self._lists and bool(data.get("reductions"))

    @property
    def scored(self) -> int:
        """Scored samples of the log; 0 where it holds none."""
        return len(set(map(_key, self._lists[0].ids))) if self._lists else 0

    @property
    def edited(self) -> int:
        """Scores that somebody gave by hand after the run, as their histories say."""
        return self._edited

    def contradiction(self, n: int) -> str | None:
        """Why no figure over `n` samples of this scorer can be right; None where nothing speaks against it."""
        for found in self._lists:
            twice = [place for place, count in Counter(map(_key, found.places)).items() if count > 1]
            if twice:
                return f"{len(twice):,} of {found.what} are in it more than once"
            count = len(set(map(_key, found.ids)))
            if count != n and found.failed:
                return f"it is recorded over {n:,} samples, but {found.failed:,} with a score ended in an error"
            if count != n:
                return f"it is recorded over {n:,} samples, but {count:,} of {found.what} have a score"
        return None

    def mean_contradicted(self, value: float) -> float | None:
        """The mean of the log's samples where it is not the recorded one."""
        for found in self._lists:
            mean = self._mean(found)
            if mean is not None and abs(mean - value) > TOLERANCE:
                return mean
        return None

    def successes(self, n: int) -> int | None:
        """How many of the `n` scored samples count one, where each is shown to count one or nothing."""
        for found in self._lists:
            if (found.is_reduced or self._epochs == 1) and n and len(found.values) == n:
                counted = [_all_or_nothing(value) for value in found.values]
                return None if None in counted else sum(one for one in counted if one)
        return None

    def trusted_successes(self, n: int, value: float) -> int | None:
        """The same for an all-or-nothing scorer of Inspect whose samples are not logged."""
        known = self._scorer.removeprefix("inspect_ai/") in ALL_OR_NOTHING
        if self._lists or self._is_hidden or not known or self._epochs > 1 or not n:
            return None
        if not 0 <= value <= 1:
            return None
        whole = round(value * n)
        return whole if 0 <= whole <= n and abs(value * n - whole) <= _WHOLE * n else None

    def error_bounds(self, error: float) -> bool:
        """Whether a standard error may be used: the samples were seen not to give a larger one, or are not there."""
        if self._is_hidden:
            return False
        for found in self._lists:
            if not found.is_reduced and self._epochs > 1:
                continue  # the epochs of one sample are not independent
            numbers = [_number(value) for value in found.values]
            known = [number for number in numbers if number is not None]
            if len(known) < len(numbers) or len(known) < 2:  # noqa: PLR2004  # a deviation takes two
                return False
            mean = math.fsum(known) / len(known)
            deviation = math.fsum((number - mean) ** 2 for number in known) / (len(known) - 1)
            if error < _ERROR_SHARE * math.sqrt(deviation / len(known)):
                return False
        return True

    def _mean(self, found: _Scored) -> float | None:
        numbers = [_number(value) for value in found.values]
        if None in numbers or not numbers or (not found.is_reduced and self._epochs > 1 and not self._by_mean):
            return None
        of_sample: dict[str, list[float]] = {}
        for id_, number in zip(found.ids, numbers, strict=True):
            if number is not None:
                of_sample.setdefault(_key(id_), []).append(number)
        return math.fsum(math.fsum(own) / len(own) for own in of_sample.values()) / len(of_sample)


def _of_scores(data: Mapping[str, Any], scorer: str) -> list[Any]:
    """The scores of a scorer in the samples, whole; also those whose values carry its name."""
    samples = data.get("samples")
    held = [one.get("scores", {}) for one in samples if isinstance(one, dict)] if isinstance(samples, list) else []
    found = []
    for scores in held:
        if not isinstance(scores, dict):
            continue
        within = [one for one in scores.values() if isinstance(one, dict) and isinstance(one.get("value"), dict)]
        found += [scores[scorer]] if scorer in scores else [one for one in within if scorer in one["value"]]
    return found


def _of_reduced(data: Mapping[str, Any], outer: Any, scorer: str, reducer: str | None) -> list[Any]:
    reductions = data.get("reductions")
    listed = [one for one in reductions if isinstance(one, dict)] if isinstance(reductions, list) else []
    own = [one for one in listed if one.get("scorer") in (scorer, outer) and one.get("reducer") == reducer]
    return [score for one in own if isinstance(one.get("samples"), list) for score in one["samples"]]


def _edited(scores: Iterable[Any]) -> int:
    return sum(1 for score in scores if isinstance(score, dict) and _is_edited(score.get("history")))


def _is_edited(history: Any) -> bool:
    """Whether a score's history gives it a value by hand: its first entry without provenance is the scorer's own."""
    entries = history if isinstance(history, list) else []
    return any(
        one.get("value", _UNCHANGED) != _UNCHANGED and (at > 0 or bool(one.get("provenance")))
        for at, one in enumerate(entries)
        if isinstance(one, dict)
    )


def _of_samples(data: Mapping[str, Any], scorer: str) -> _Scored | None:
    samples = data.get("samples")
    if not isinstance(samples, list) or not samples:
        return None
    scored = [(at, one, value) for at, one in enumerate(samples) if (value := _score_of(one, scorer)) is not None]
    failed = sum(1 for _, one, _ in scored if ended_in_error(one))
    scored = [(at, one, value) for at, one, value in scored if not ended_in_error(one)]
    ids = [one.get("id", f"#{at}") for at, one, _ in scored]
    return _Scored(
        "the samples in the log",
        values=tuple(value for *_, value in scored),
        ids=tuple(ids),
        places=tuple((id_, one.get("epoch", 1)) for id_, (_, one, _) in zip(ids, scored, strict=True)),
        is_reduced=False,
        failed=failed,
    )


def _of_reductions(data: Mapping[str, Any], outer: Any, scorer: str, reducer: str | None) -> _Scored | None:
    reductions = data.get("reductions")
    if not isinstance(reductions, list):
        return None
    listed = [one for one in reductions if isinstance(one, dict) and isinstance(one.get("samples"), list)]
    matching = [
        one["samples"] for one in listed if one.get("scorer") in (scorer, outer) and one.get("reducer") == reducer
    ]
    if len(matching) != 1:
        return None
    scored = [
        (at, one, value)
        for at, one in enumerate(matching[0])
        if isinstance(one, dict) and (value := _inner(one.get("value"), scorer)) is not None
    ]
    ids = tuple(one.get("sample_id", f"#{at}") for at, one, _ in scored)
    values = tuple(value for *_, value in scored)
    return _Scored("the reduced scores in the log", values=values, ids=ids, places=ids, is_reduced=True)


def ended_in_error(sample: Any) -> bool:
    """Whether a sample of a log records that it ended in an error."""
    return isinstance(sample, dict) and bool(sample.get("error"))


def _score_of(sample: Any, scorer: str) -> Any:
    """The value of a sample's score; None where it was not scored."""
    if not isinstance(sample, dict):
        return None
    scores = sample.get("scores")
    found = scores.get(scorer) if isinstance(scores, dict) else sample.get("score")
    if found is None and isinstance(scores, dict):
        # A scorer may give one value for each of several names; the result then carries the inner name.
        within = (
            one["value"] for one in scores.values() if isinstance(one, dict) and isinstance(one.get("value"), dict)
        )
        inner = [value[scorer] for value in within if scorer in value]
        return inner[0] if len(inner) == 1 else None
    return _inner(found.get("value"), scorer) if isinstance(found, dict) else None


def _inner(value: Any, scorer: str) -> Any:
    return value[scorer] if isinstance(value, dict) and scorer in value else value


def _number(value: Any) -> float | None:
    """What a score counts in a mean, as Inspect counts it; None where that is not known."""
    if isinstance(value, str):
        return _MARKS.get(value, _WORDS.get(value.lower()))
    if isinstance(value, int | float) and abs(value) <= _LARGEST:  # booleans too
        return float(value)
    return None


def _all_or_nothing(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"C": True, "I": False}.get(value)
    return bool(value) if isinstance(value, int | float) and value in {0, 1} else None


def _key(value: Any) -> str:
    """Ids may be numbers or texts, and in a hostile log anything."""
    return repr(value)


def largest_n(planned: int, told: Iterable[int | None]) -> int | None:
    """The most samples that a run can have scored, by its plan and its own counts; None where none says it."""
    limits: Sequence[int] = [*([planned] if planned else []), *(count for count in told if count is not None)]
    return min(limits) if limits else None
