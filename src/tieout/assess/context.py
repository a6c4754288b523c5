"""What a check may look at: the evidence of one artefact, and why there is none when there is none."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

from tieout.assess import lacks
from tieout.assess.lacks import describe, subject, times_of, told_until
from tieout.assess.selection import matches
from tieout.assess.wording import named
from tieout.domain.assessment import CheckResult
from tieout.domain.collection import Collection, Period, Problem, SourceResult, Subject
from tieout.domain.evidence import EvidenceItem, PathClass, Place
from tieout.domain.model_names import bare_model
from tieout.domain.rules import Need
from tieout.kernel.clock import add_duration

#: Kinds of place whose content never counts; cards and code owners may stand in the documentation.
SET_ASIDE = frozenset(
    {PathClass.ARCHIVE, PathClass.EXAMPLE, PathClass.NON_PRODUCTION, PathClass.TEMPLATE, PathClass.TEST}
)
_ASIDE = {
    PathClass.ARCHIVE: "is an archive or an old copy, not a live file",
    PathClass.EXAMPLE: "is an example, not a live file",
    PathClass.NON_PRODUCTION: "is of another environment than production, not a live file",
    PathClass.TEMPLATE: "is a template, not a live file",
    PathClass.TEST: "is a test or its data, not a live file",
}
#: Artefacts that each source gives once and keeps giving: one that ended is a silence, not an older version.
CONTINUOUS = frozenset({"telemetry"})


@dataclass(frozen=True, slots=True)
class Supply:
    """The evidence of one artefact type for one rule.

    Attributes:
        fresh: Items that count at the as-of time.
        stale: Items that do not: too old, dated later, or of another release.
        lack: Set when nothing can be judged: the verdict and reason of every check that needs an item.
    """

    fresh: tuple[EvidenceItem, ...]
    stale: tuple[EvidenceItem, ...]
    lack: CheckResult | None


@dataclass(frozen=True, slots=True)
class Release:
    """What was released, by the record of the go decision.

    Attributes:
        version: As recorded.
        models: Names as recorded, sorted.
        items: The records that say so.
    """

    version: str
    models: tuple[str, ...]
    items: tuple[EvidenceItem, ...]

    def holds(self, model: object) -> bool:
        """Whether a model is one of those released, whoever serves it."""
        return isinstance(model, str) and bare_model(model) in {bare_model(name) for name in self.models}


@dataclass(frozen=True, slots=True)
class Context:
    """The collection seen through one rule's needs."""

    collection: Collection
    needs: Mapping[str, Need]

    @property
    def as_of(self) -> datetime:
        """The instant that the assessment speaks of."""
        return self.collection.as_of

    @property
    def period(self) -> Period:
        """The assessed period."""
        return self.collection.period

    @property
    def subject(self) -> Subject:
        """The assessed system and commit."""
        return self.collection.subject

    def supply(self, artefact: str, where: Mapping[str, Any] | None = None, *, freshness: str | None = None) -> Supply:
        """The items of an artefact that a check may use.

        An item counts when a source that declares its type gave it, it stands in no example, template, test or
        archive and in no other environment than production, it speaks of no time after the as-of time, it is of
        the assessed release where the need is bound to one, and it is no older than the limit.

        Args:
            artefact: Artefact name.
            where: Conditions on the artefact's own top fields, beside those of the rule's need.
            freshness: Stricter or other ISO 8601 duration than the need's.
        """
        need = self.needs.get(artefact, Need())
        wanted = {**need.where, **(where or {})}
        limit = freshness or need.freshness
        candidates = tuple(item for item in self._counted(artefact) if matches(item.facts, wanted))
        known = tuple(item for item in candidates if not self._is_future(item))
        if not known:
            return Supply((), candidates, self._lack(artefact, wanted, candidates))
        if need.bound == "release":
            release = self.released()
            if isinstance(release, CheckResult):
                return Supply((), candidates, lacks.without_release(release, describe(artefact, wanted)))
            bound = tuple(item for item in known if release.holds(item.facts.get("model")))
            if not bound:
                told = f"release {release.version} ({named(release.models)})"
                lack = lacks.of_another_release(subject(artefact, wanted), known, told, release.items)
                return Supply((), candidates, lack)
            known = bound
        fresh = tuple(item for item in known if self._is_fresh(item, limit))
        counted = {item.id for item in fresh}
        stale = tuple(item for item in candidates if item.id not in counted)
        old = [item for item in known if item.id not in counted]
        if not fresh or (old and artefact in CONTINUOUS):
            return Supply(fresh, stale, lacks.outdated(subject(artefact, wanted), old, limit, self.as_of))
        return Supply(fresh, stale, None)

    def title(self, artefact: str, where: Mapping[str, Any]) -> str:
        """An artefact in words, with the conditions of the need and of the check."""
        return describe(artefact, {**self.needs.get(artefact, Need()).where, **where})

    def released(self) -> Release | CheckResult:
        """What the newest go decision released; of the assessed release, where its tag names a version."""
        supply = self.supply("release_record", {"decision": "go"})
        if supply.lack:
            return supply.lack
        newest = max(str(item.facts["date"]) for item in supply.fresh)
        records = tuple(item for item in supply.fresh if str(item.facts["date"]) == newest)
        label = self.subject.release
        if names_a_version(label):
            records = tuple(item for item in supply.fresh if _names_version(label, str(item.facts["version"])))
            if not records:
                return lacks.no_decision(label, supply.fresh)
        models = tuple(sorted({model for item in records for model in item.facts["models"] if model.strip()}))
        version = named(sorted({str(item.facts["version"]) for item in records}))
        if not models:
            return lacks.no_models(version, records)
        return Release(version, models, records)

    def declared(self, artefact: str) -> bool:
        """Whether any source was declared to provide this artefact."""
        return bool(self._declaring(artefact, artefact))

    def unreadable(self, artefact: str) -> list[Problem]:
        """Inputs that may hold this artefact and could not be read."""
        wanted = _declared_name(artefact, self.needs.get(artefact, Need()).where)
        return [
            problem
            for source in self._declaring(artefact, wanted)
            for problem in source.problems
            if problem.status == "unreadable" and _concerns(problem, artefact, wanted)
        ]

    def silent(self, artefact: str) -> list[SourceResult]:
        """Sources that were declared to provide this artefact and do not, while another one does."""
        wanted = _declared_name(artefact, self.needs.get(artefact, Need()).where)
        sources = self._declaring(artefact, wanted)
        silent = [source for source in sources if _is_silent(source, artefact, wanted)]
        return silent if len(silent) < len(sources) else []

    def later(self, artefact: str) -> list[tuple[Place, str]]:
        """Records of this artefact that are dated after the as-of time, and so not counted, with the reason."""
        wanted = self.needs.get(artefact, Need()).where
        name = _declared_name(artefact, wanted)
        told = [
            (problem.place, problem.reason)
            for source in self._declaring(artefact, name)
            for problem in source.problems
            if problem.status == "after-as-of" and _concerns(problem, artefact, name)
        ]
        told += [
            (item.place(), f"is of {max(told_until(item)):%Y-%m-%d}, after the as-of date")
            for item in self._counted(artefact)
            if matches(item.facts, wanted) and self._is_future(item)
        ]
        return sorted(told, key=lambda one: (str(one[0]), one[1]))

    def _declaring(self, artefact: str, name: str) -> list[SourceResult]:
        return [source for source in self.collection.sources if _declares(source.provides, artefact, name)]

    def _counted(self, artefact: str) -> Iterator[EvidenceItem]:
        """What counts, each file once: the same bytes that say the same in a second place add nothing."""
        seen: set[tuple[str, str]] = set()
        for source in self.collection.sources:
            for item in source.items:
                if (
                    item.type == artefact
                    and item.provenance.path_class not in SET_ASIDE
                    and _declares(source.provides, artefact, _declared_name(artefact, item.facts))
                ):
                    content = (item.provenance.source_digest, item.stored_sha256)
                    if content not in seen:
                        seen.add(content)
                        yield item

    def _set_aside(self, artefact: str) -> Iterator[EvidenceItem]:
        return (
            item for item in self.collection.items if item.type == artefact and item.provenance.path_class in SET_ASIDE
        )

    def _is_future(self, item: EvidenceItem) -> bool:
        return any(instant > self.as_of for instant in told_until(item))

    def _is_fresh(self, item: EvidenceItem, limit: str | None) -> bool:
        if limit is None:
            return True
        times = times_of(item)
        return bool(times) and add_duration(min(times), limit) >= self.as_of

    def _lack(self, artefact: str, wanted: Mapping[str, Any], later: Sequence[EvidenceItem]) -> CheckResult:
        name = _declared_name(artefact, wanted)
        sources = self._declaring(artefact, name)
        if later:
            return lacks.dated_later(subject(artefact, wanted), later)
        if not sources:
            return lacks.undeclared(describe(artefact, wanted), name)
        unreadable = self.unreadable(artefact)
        if unreadable:
            return lacks.unread(describe(artefact, wanted), unreadable)
        others = [item for item in self._counted(artefact) if not matches(item.facts, wanted)]
        notes = [
            problem
            for source in sources
            for problem in source.problems
            if problem.status != "unreadable" and _concerns(problem, artefact, name)
        ]
        notes += [
            Problem(status="not-counted", place=item.place(), reason=_ASIDE[item.provenance.path_class])
            for item in self._set_aside(artefact)
        ]
        return lacks.absent(subject(artefact, wanted), sources, others, wanted, notes)


def names_a_version(label: str | None) -> TypeGuard[str]:
    """Whether a release's tag can be compared with the version of a go decision; `stable` cannot."""
    return label is not None and re.search(r"\d", label) is not None


def _names_version(label: str, version: str) -> bool:
    return re.search(rf"(^|[^0-9.]){re.escape(version.strip().lstrip('vV'))}$", label.strip()) is not None


def _declared_name(artefact: str, wanted: Mapping[str, Any]) -> str:
    record_type = wanted.get("record_type")
    return f"{artefact}/{record_type}" if isinstance(record_type, str) else artefact


def _declares(provides: Sequence[str], artefact: str, name: str) -> bool:
    if name == artefact:
        return any(given == artefact or given.startswith(f"{artefact}/") for given in provides)
    return artefact in provides or name in provides


def _concerns(problem: Problem, artefact: str, name: str) -> bool:
    return not problem.types or _declares(problem.types, artefact, name)


def _is_silent(source: SourceResult, artefact: str, name: str) -> bool:
    gives = any(item.type == artefact for item in source.items)
    told = any(
        problem.status == "absent" and problem.types and _concerns(problem, artefact, name)
        for problem in source.problems
    )
    unreadable = any(
        problem.status == "unreadable" and _concerns(problem, artefact, name) for problem in source.problems
    )
    return told or not (gives or unreadable)
