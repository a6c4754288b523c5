"""What there is to tell of one control: its result, its rules, what each check asks, and what moved since."""

import posixpath
from dataclasses import dataclass
from pathlib import Path

from tieout import api


@dataclass(frozen=True, slots=True)
class Explained:
    """One control of the last assessment.

    Attributes:
        control: As the catalog has it.
        assessment: The whole assessment.
        collection: What it stands on.
        named: The shipped rules, by id.
        notes: What changed since.
    """

    control: api.Control
    assessment: api.Assessment
    collection: api.Collection
    named: dict[str, api.Rule]
    notes: tuple[str, ...]

    @property
    def result(self) -> api.ControlResult:
        """Its verdict."""
        return self.assessment.control(self.control.label)

    @property
    def rules(self) -> list[api.RuleResult]:
        """What its rules gave."""
        return [self.assessment.rule(name) for name in self.result.rules]

    def asks(self, rule: api.RuleResult) -> list[str]:
        """What each check of a rule asks, in the order of its results: those that the rule names come first."""
        shipped = self.named.get(rule.rule)
        checks = shipped.checks if shipped is not None else ()
        return [
            api.asked(result.predicate, checks[index] if index < len(checks) else None)
            for index, result in enumerate(rule.checks)
        ]


def explained(wanted: str, config: Path) -> Explained:
    """Everything about a control of the last assessment.

    Raises:
        UsageError: No control is called so, or nothing was assessed yet.
    """
    catalog, rules = api.load_controls()
    control = catalog.control(wanted)
    assessment, collection = api.last_assessment(api.Workspace(config))
    notes = api.moved_since(config, collection)
    return Explained(control, assessment, collection, {rule.id: rule for rule in rules}, notes)


def spots(places: tuple[api.Place, ...], collection: api.Collection) -> list[str]:
    """Places as a reader looks them up: each file once, with all its lines, and without the commit."""
    lines: dict[str, list[int]] = {}
    for place in places:
        found = lines.setdefault(looked_up(place, collection), [])
        if place.line is not None and place.line not in found:
            found.append(place.line)
    return [
        f"{path}:{','.join(str(line) for line in sorted(found))}" if found else path for path, found in lines.items()
    ]


def looked_up(place: api.Place, collection: api.Collection) -> str:
    """The path of a place as it is written from the folder of tieout.yaml, where it is not in the assessed commit.

    A place says where a file stands in its source; of a log in `../logs` that is the file's name alone.
    """
    uri = next((source.uri for source in collection.sources if source.name == place.source), ".")
    if uri == "." or (place.commit is not None and place.commit == collection.subject.commit):
        return place.path
    is_whole = place.path in {uri, posixpath.basename(uri)}  # the source itself, or the one file that it is
    return uri if is_whole else posixpath.join(uri, place.path)
