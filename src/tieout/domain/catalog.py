"""A framework's catalog: functions, categories and controls in the standard's order, with our own wording."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from tieout.domain.base import Model
from tieout.kernel.errors import UsageError

LABEL = r"^[A-Z][A-Z0-9-]*( \d+(\.\d+)*)?$"
IDENTIFIER = r"^[a-z][a-z0-9.-]*$"  # OSCAL tokens, lower case as the community catalog writes them

#: How alike two names are that are taken for one (difflib's ratio): `govrn` is GOVERN, `mx` is nothing.
_ALIKE = 0.7


class Automation(StrEnum):
    """How far a machine result can carry a control."""

    FULL = "full"
    PARTIAL = "partial"
    ATTEST = "attest"


class EvidenceKind(StrEnum):
    """Where evidence for a control comes from."""

    REPOSITORY = "R"
    CONFIGURATION = "C"
    LOG = "L"
    EVALUATION = "E"
    DOCUMENT = "D"


class Control(Model):
    """One subcategory of the standard: its label, and what must be true in our own plain words."""

    label: str = Field(pattern=LABEL, description="label of the standard, such as GOVERN 2.1")
    id: str = Field(pattern=IDENTIFIER, description="id in OSCAL, such as ai-rmf-gv-2.1")
    title: str = Field(min_length=1, description="ours, two to six words")
    sentence: str = Field(min_length=1, description="ours: what must be true; never the official statement")
    automation: Automation
    evidence_kinds: tuple[EvidenceKind, ...] = Field(min_length=1)
    expected: tuple[str, ...] = Field(min_length=1, description="names of the evidence usually looked for")

    @property
    def function(self) -> str:
        """Label of the function it belongs to, such as GOVERN."""
        return self.label.partition(" ")[0]

    @property
    def category(self) -> str:
        """Label of the category it belongs to, such as GOVERN 2."""
        return self.label.rpartition(".")[0]


class ControlCategory(Model):
    """One category of the standard, with its controls in order."""

    label: str = Field(pattern=LABEL)
    id: str = Field(pattern=IDENTIFIER)
    title: str = Field(min_length=1)
    controls: tuple[Control, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _controls_follow(self) -> Self:
        for number, control in enumerate(self.controls, start=1):
            _require(control.label, f"{self.label}.{number}")
            _require(control.id, f"{self.id}.{number}")
        return self


class ControlFunction(Model):
    """One function of the standard, with its categories in order."""

    label: str = Field(pattern=LABEL)
    id: str = Field(pattern=IDENTIFIER)
    code: str = Field(pattern=r"^[A-Z]{2}$", description="two letters, such as GV")
    title: str = Field(min_length=1)
    categories: tuple[ControlCategory, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _categories_follow(self) -> Self:
        for number, category in enumerate(self.categories, start=1):
            _require(category.label, f"{self.label} {number}")
            _require(category.id, f"{self.id}-{number}")
        return self


class Catalog(Model):
    """A framework's controls, in the standard's order.

    The loader refuses a catalog whose numbering has a hole or whose ids do not follow the labels.
    """

    framework: str = Field(pattern=IDENTIFIER, description="name of its folder in controls/")
    title: str = Field(min_length=1)
    publication: str = Field(min_length=1, description="the publication that the labels come from")
    functions: tuple[ControlFunction, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> Self:
        for what in ("label", "id", "code"):
            seen: set[str] = set()
            for function in self.functions:
                value = getattr(function, what)
                if value in seen:
                    message = f"two functions have the {what} {value}"
                    raise ValueError(message)
                seen.add(value)
        return self

    def categories(self) -> Iterator[ControlCategory]:
        """All categories, in the standard's order."""
        for function in self.functions:
            yield from function.categories

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """All controls, in the standard's order."""
        return tuple(control for category in self.categories() for control in category.controls)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Labels of all controls, in the standard's order."""
        return tuple(control.label for control in self.controls)

    def control(self, label_or_id: str) -> Control:
        """The control that a person means by `GOVERN 2.1`, `govern2.1`, `GV-2.1` or `ai-rmf-gv-2.1`.

        Raises:
            UsageError: No control is called so; the hint names the nearest ones.
        """
        found = self._by_name.get(_spoken(label_or_id))
        if found is not None:
            return found
        message = f"'{label_or_id}' is not a control of {self.title}"
        raise UsageError(message, hint=self._advice(label_or_id))

    def position(self, label: str) -> int:
        """Place of a control in the standard's order, from 0: the key to sort results by.

        Raises:
            UsageError: No control is called so.
        """
        return self._positions[self.control(label).label]

    @cached_property
    def _by_name(self) -> dict[str, Control]:
        names: dict[str, Control] = {}
        for function in self.functions:
            for category in function.categories:
                for control in category.controls:
                    number = control.label.partition(" ")[2]
                    for name in (control.label, control.id, f"{function.code}-{number}"):
                        names[_spoken(name)] = control
        return names

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {label: place for place, label in enumerate(self.labels)}

    def _advice(self, asked: str) -> str:
        """What to write instead: what has that number and a name like that, else the range that there is."""
        spoken = _spoken(asked)
        for function in self.functions:
            names = _names(function)
            if spoken in names:
                return f"{function.label} is a function; its controls run {_range(function.categories)}"
            for category in function.categories:
                if spoken in {f"{name}-{category.label.rpartition(' ')[2]}" for name in names}:
                    return f"{category.label} is a category; name one of {_listed(category.controls)}"
        name, number = _parted(spoken)
        meant = [function for function in self.functions if not name or name in _names(function)] or self._near(name)
        same = [one.label for one in _controls(meant) if _digits(one.label) == _digits(number)]
        if same:
            return f"did you mean {' or '.join(same)}?"
        if len(meant) != 1:
            return f"labels run {_range(tuple(self.categories()))}"
        within = [one for one in meant[0].categories if number.startswith(f"{one.label.rpartition(' ')[2]}.")]
        (around,) = within or meant
        return f"the controls of {around.label} run {_range(tuple(within) or meant[0].categories)}"

    def _near(self, name: str) -> list[ControlFunction]:
        """The functions whose name is spelt almost so."""
        return [one for one in self.functions if get_close_matches(name, _names(one), n=1, cutoff=_ALIKE)]


def _controls(functions: Iterable[ControlFunction]) -> Iterator[Control]:
    for function in functions:
        for category in function.categories:
            yield from category.controls


def _names(function: ControlFunction) -> list[str]:
    return [_spoken(name) for name in (function.label, function.id, function.code)]


def _parted(spoken: str) -> tuple[str, str]:
    """The word and the number of a label: `govrn-2.1` is `govrn` and `2.1`."""
    number = re.search(r"\d[\d.]*$", spoken)
    return (spoken[: number.start()].rstrip("-."), number[0]) if number else (spoken, "")


def _digits(label: str) -> str:
    """`GOVERN 2.1`, `2.1` and `21` alike."""
    return re.sub(r"\D", "", label)


def _range(categories: tuple[ControlCategory, ...]) -> str:
    return f"from {categories[0].controls[0].label} to {categories[-1].controls[-1].label}"


def _require(found: str, expected: str) -> None:
    if found != expected:
        message = f"'{found}' stands where '{expected}' was expected"
        raise ValueError(message)


def _spoken(name: str) -> str:
    """One spelling for what people write: lower case, one hyphen between the parts, however they are parted."""
    return re.sub(r"[\s_-]+|(?<=[a-z])(?=\d)", "-", name.strip().casefold())


def _listed(controls: tuple[Control, ...]) -> str:
    return ", ".join(control.label for control in controls)
