"""Checks of single attributes: which values of a resource's setting protect, and which lay open.

A table of them for each provider stands beside this file. A row is made only for what is written, or where the
provider documents for certain what holds without it; the table says where.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.config.security_rows import SecurityRows
from tieout.collectors.config.terraform_parts.resources import Node
from tieout.collectors.config.terraform_parts.values import Unknown, Values, as_number, as_truth, is_number
from tieout.domain.artefacts.safeguards import SecurityTopic
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.hcl_model import ANY

Judge = Callable[[Any], bool | None]
"""Whether a known value protects; None where it is none of those that tell."""

_LONGEST_VALUE: Final = 60
_BY_DEFAULT: Final = "not written; so by the provider's default"
_TLS: Final = {"1": 0, "1.0": 0, "1.1": 1, "1.2": 2, "1.3": 3}


@dataclass(frozen=True, slots=True)
class Check:
    """One setting of a resource.

    Attributes:
        topic: Of SecuritySetting.
        at: Place of the attribute: blocks and at last a name, dots between them.
        setting: In a few words, true where it protects.
        judge: Of a value that is known.
        absent: What holds where it is not written, as the provider documents for certain; None: no row.
        unless: Attributes with which that is not so.
        within: Block that must be there for `absent` to hold; empty: none.
        closed_by: Places whose `Deny` keeps out everybody who is not named: what lays open is then limited.
    """

    topic: SecurityTopic
    at: str
    setting: str
    judge: Judge
    absent: bool | None = None
    unless: tuple[str, ...] = ()
    within: str = ""
    closed_by: tuple[str, ...] = ()


class Settings:
    """Rows of settings of one Terraform file.

    Args:
        values: That work out the file's expressions; what they rest on in other files is told with each row.
        product: Language or product.
    """

    def __init__(self, values: Values, product: str) -> None:
        self._values = values
        self.security = SecurityRows(product)

    def of(
        self,
        node: Node,
        topic: SecurityTopic,
        setting: str,
        line: int,
        *,
        holds: bool | None = None,
        value: str | None = None,
        attribute: str = "",
    ) -> None:
        """Add one of a resource; what Terraform leaves alone, or may not make at all, tells nothing.

        Args:
            node: The block that it stands in.
            topic: What it is about.
            setting: In a few words.
            line: Of what is written.
            holds: Whether it protects.
            value: What is written there.
            attribute: Of the resource, or the first of the blocks around it.
        """
        if node.ignored & {ANY, attribute}:
            holds, value = None, "later changes of it are left alone (ignore_changes)"
        if node.doubt is not None:
            holds, value = None, f"made only where {node.doubt} says so; its value is not in this file"
        path, other = next(iter(sorted(self._values.trail.items())), ("", 0))
        decided = place(other) if path else None
        self.security.add(
            node.address, topic, setting, place(line), holds=holds, value=value, decided=decided, path=path
        )


def place(line: int) -> Cursor:
    """A line of a file as rows take it."""
    return Cursor(Document(None, {"": line}), None)


def apply(checks: Mapping[str, Iterable[Check]], resource: Node, settings: Settings) -> None:
    """Every check of a resource's type."""
    for check in checks.get(resource.type, ()):
        resource.values.trail.clear()
        limited = any(resource.first(place) == "Deny" for place in check.closed_by)
        above, _, name = check.at.rpartition(".")
        first = check.at.partition(".")[0]
        told = False
        for node, attribute in resource.at(check.at):
            value = node.value(name)
            if value is not None:
                told = True
                holds = _of_unknown(check, value) if isinstance(value, Unknown) else check.judge(value)
                holds = None if limited and holds is False else holds
                settings.of(
                    node, check.topic, check.setting, attribute.line, holds=holds, value=written(value), attribute=first
                )
        if told or check.absent is None or any(resource.has(name) for name in check.unless):
            continue
        holds = None if limited and check.absent is False else check.absent
        for node in resource.below(check.within or above):
            line, topic, setting = node.line, check.topic, check.setting
            settings.of(node, topic, setting, line, holds=holds, value=_BY_DEFAULT, attribute=first)


def written(value: Any) -> str | None:
    """A value as a fact shows it; nothing of lists and objects."""
    if isinstance(value, Unknown):
        return value.by if value.is_made else value.words
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return excerpt(str(value), _LONGEST_VALUE)
    return None


def _of_unknown(check: Check, value: Unknown) -> bool | None:
    """A key that is made or looked up elsewhere is given, whatever its id."""
    return True if check.judge is given and value.is_made else None


def true(value: Any) -> bool | None:
    """True protects, false does not."""
    told = as_truth(value)
    return told if isinstance(told, bool) else None


def false(value: Any) -> bool | None:
    """False protects, true does not."""
    told = true(value)
    return None if told is None else not told


def given(value: Any) -> bool | None:
    """A name of something, such as a key, protects; what it names is not looked at."""
    named = value if isinstance(value, list) else [value]
    return True if named and all(isinstance(one, str) and one.strip() for one in named) else None


def positive(value: Any) -> bool | None:
    """A number above zero protects."""
    number = as_number(value)
    return number > 0 if is_number(number) else None


def words(good: Iterable[str], bad: Iterable[str] = ()) -> Judge:
    """Some words protect, some lay open, any other tells nothing; capitals do not matter."""
    table = {**{word.casefold(): True for word in good}, **{word.casefold(): False for word in bad}}

    def judge(value: Any) -> bool | None:
        return table.get(value.casefold()) if isinstance(value, str) else None

    return judge


def tls(value: Any) -> bool | None:
    """A lowest version of TLS: 1.2 or newer protects (NIST SP 800-52 Rev. 2), however it is spelt."""
    if is_number(value):
        value = str(value)
    if not isinstance(value, str):
        return None
    text = value.casefold().replace("_", ".").replace("tlsv", "").replace("tls", "").strip(" .-")
    version = _TLS.get(text if "." in text or len(text) < len("12") else f"{text[0]}.{text[1:]}")
    return None if version is None else version >= _TLS["1.2"]
