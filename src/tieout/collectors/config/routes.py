"""What a route of any gateway means: which supplier takes over from it, what pins its model. One meaning for all."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tieout.collectors.config.field_map import Fallbacks, field_maps
from tieout.collectors.config.interface import Found
from tieout.collectors.config.suppliers import Standing, are_others
from tieout.collectors.config.taking import Taking
from tieout.domain.artefacts import spoken
from tieout.domain.model_names import bare_model, has_digest, is_pinned, version_date
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

#: What stands for a model that each request names for itself.
ANY_MODEL: Final = "*"
#: More routes than this no gateway of people has; a file of more is something else.
MAX_ROUTES: Final = 2_000
#: Nor so many targets of one route, or of one strategy, or so many pairs of those that take over and those that fail.
MAX_TARGETS: Final = 200
_MAX_PAIRS: Final = 2_000
_DEFAULT_WORK: Final = "chat"
_WORDS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class StandIn:
    """A route that takes over from another one.

    Attributes:
        name: Of that route.
        provider: As the gateway names it, or words for one that it does not name; None where nothing tells.
        stands: Who is behind it.
        line: Where it is said that it takes over.
        shown: Whether the file shows that it can answer: else its supplier is unclear at best.
        path: Of the file that says that it takes over, where that is another one.
        work: Its kind of work; None where that was looked at before, or is whatever a request asks for.
        supplier_line: Where its supplier is told, or that of what it takes over from, if in another file.
        supplier_path: Of that file.
    """

    name: str
    provider: str | None
    stands: Standing
    line: int | None
    shown: bool = True
    path: str = ""
    work: str | None = None
    supplier_line: int | None = None
    supplier_path: str = ""


@dataclass(slots=True)
class Row:
    """One route while a reader gathers it.

    Attributes:
        facts: Fields of the artefact; `pinned`, `fallbacks` and who they lead to are filled in by `gateway`.
        stands: Who is behind it.
        lines: Field -> line; "" for the route itself.
        stand_ins: What takes over from it.
        behind: Words for its supplier where the file does not name one.
        files: Field -> path of the file that it rests on, where that is another one; its line is that file's.
    """

    facts: dict[str, Any]
    stands: Standing
    lines: dict[str, int | None] = field(default_factory=dict)
    stand_ins: list[StandIn] = field(default_factory=list)
    behind: str = ""
    files: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the route."""
        return str(self.facts["name"])

    @property
    def work(self) -> str | None:
        """Its kind of work; None where that is whatever a request asks for."""
        return None if self.facts["model"] == ANY_MODEL and "mode" not in self.facts else work_of(self.facts)

    def as_stand_in(self, of: "Row", line: int | None, *, shown: bool = True, path: str = "") -> StandIn:
        """This route as what takes over from another, as a line says (of another file, if a path is given)."""
        provider = self.facts.get("provider") or self.behind or None
        told = next((one for one in (self, of) if one.files.get("provider")), None)
        return StandIn(
            self.name,
            provider,
            self.stands,
            line,
            shown,
            path,
            self.work,
            told.lines.get("provider") if told else line,
            told.files["provider"] if told else path,
        )


def gateway(product: str, rows: Sequence[Row], found: Found, *, where: str) -> Found:
    """Put routes into the facts of a gateway's configuration, each with what it falls back to and whether it is pinned.

    Args:
        product: Whose configuration it is.
        rows: In the order of the file.
        found: Its facts may hold other fields of the artefact already.
        where: How errors name the file.

    Raises:
        UnreadableError: There are more of them than `MAX_ROUTES`.
    """
    if len(rows) > MAX_ROUTES:
        raise UnreadableError(f"configures more than {MAX_ROUTES:,} routes", where=where)
    for index, row in enumerate(rows):
        base = f"/routes/{index}"
        for name, line in row.lines.items():
            if line is not None:
                found.lines[f"{base}/{name}" if name else base] = line
        found.files.update({f"{base}/{name}": path for name, path in row.files.items()})
        row.facts["pinned"] = is_one_version(row.facts["model"], row.stands)
        taking: list[StandIn] = []
        for one in row.stand_ins:
            if row.work is not None and one.work is not None and not same_work(row.work, one.work):
                told = f"does other work ({spoken(one.work)}, not {spoken(row.work)})"
                reason = f"the fallback '{excerpt(one.name)}' of '{excerpt(row.name)}' {told} and does not count"
                found.notes.append((one.line, reason))
            else:
                taking.append(one)
        put_fallbacks(row.facts, base, row.stands, taking, lines=found.lines, files=found.files)
    found.facts = {"product": product, **found.facts, "routes": [row.facts for row in rows]}
    return found


def several(at: Cursor, taking: Taking) -> list[Cursor]:
    """The targets of a list.

    Raises:
        UnreadableError: There are more of them than `MAX_TARGETS`.
    """
    found = list(taking.rows(at))
    if len(found) > MAX_TARGETS:
        raise UnreadableError(f"lists more than {MAX_TARGETS:,} targets at one place", where=f":{at.line or ''}")
    return found


def take_over(
    first: Sequence[Row],
    then: Sequence[Row],
    at: Cursor,
    *,
    shown: Callable[[Row], bool] = lambda _: True,
    path: str = "",
) -> None:
    """Let routes take over from others.

    Args:
        first: What fails.
        then: What takes over from each of them.
        at: Where it is said.
        shown: Whether it is shown that one of them can answer.
        path: Of the file that says so, where that is another one.

    Raises:
        UnreadableError: There are more pairs of them than people configure.
    """
    if len(first) * len(then) > _MAX_PAIRS:
        told = "lets more targets stand in for each other than people configure"
        raise UnreadableError(told, where=f":{at.line or ''}")
    for row in first:
        row.stand_ins.extend(
            other.as_stand_in(row, at.line, shown=shown(other), path=path) for other in then if other is not row
        )


def put_fallbacks(
    facts: dict[str, Any],
    base: str,
    stands: Standing,
    taking: Sequence[StandIn],
    *,
    lines: dict[str, int],
    files: dict[str, str] | None = None,
) -> None:
    """Put what takes over from a route into its facts.

    A fallback of the same supplier is one, and no other supplier; of one that is not known, or of which it is not
    shown that it can answer, it is unclear.

    Args:
        facts: Of the route.
        base: Its pointer.
        stands: Who is behind it.
        taking: What takes over from it.
        lines: Pointer -> line, which this adds to.
        files: Pointer -> path of another file that the fact rests on, which this adds to.
    """
    taken: dict[str, StandIn] = {}
    others: dict[str, StandIn] = {}
    unclear: dict[str, StandIn] = {}
    for one in taking:
        taken.setdefault(one.name, one)
        apart = are_others(stands, one.stands)
        if one.provider and apart is not False:
            (others if apart and one.shown else unclear).setdefault(one.provider, one)
    open_ = {name: one for name, one in unclear.items() if name not in others}
    for name, found in (
        ("fallbacks", list(taken.items())),
        ("other_providers", sorted(others.items(), key=_by_name)),
        ("unclear_providers", sorted(open_.items(), key=_by_name)),
    ):
        facts[name] = [said for said, _ in found]
        for index, (_, one) in enumerate(found):
            elsewhere = name != "fallbacks" and one.supplier_path
            line, path = (one.supplier_line, one.supplier_path) if elsewhere else (one.line, one.path)
            if line is None:
                continue
            if index == 0:
                lines[f"{base}/{name}"] = line
            lines[f"{base}/{name}/{index}"] = line
            if path and files is not None:
                files |= {f"{base}/{name}": path} if index == 0 else {}
                files[f"{base}/{name}/{index}"] = path


def _by_name(named: tuple[str, StandIn]) -> str:
    return named[0]


def is_one_version(model: str, stands: Standing) -> bool | None:
    """Whether a model's name pins a version; None where it cannot be told here.

    A name that whoever runs the gateway or the server chose says nothing of the version behind it, nor does one behind
    a supplier that is told elsewhere: only a digest does. What calls itself the latest moves, whoever called it so.
    """
    told = has_digest(model) or not stands.own_name or model.casefold().endswith("latest")
    return is_pinned(model) if told else None


def is_later(model: str, as_of: date) -> bool:
    """Whether the version that a name states is dated after the as-of time, so that it cannot be what runs."""
    dated = version_date(model)
    return dated is not None and dated > as_of


def unpin_later(facts: Mapping[str, Any], as_of: date) -> None:
    """Take back that a route is pinned where its version is dated after the as-of time."""
    for route in facts.get("routes", ()):
        if route.get("pinned") and is_later(route["model"], as_of):
            route["pinned"] = False


def work_of(facts: Mapping[str, Any], fallbacks: Fallbacks | None = None) -> str:
    """A route's kind of work: as configured, else as a word of its model's name says, else the usual one.

    Args:
        facts: Of the route.
        fallbacks: Whose words of models' names; left out, those of LiteLLM's map, which are of no product.
    """
    mode = facts.get("mode")
    if mode:
        return str(mode).casefold()
    told = (fallbacks or _usual()).work_by_word
    words = _WORDS.findall(bare_model(str(facts.get("base_model") or facts["model"])).casefold())
    return next((told[word] for word in words if word in told), _DEFAULT_WORK)


def same_work(here: str, there: str, fallbacks: Fallbacks | None = None) -> bool:
    """Whether two kinds of work stand in for each other."""
    return here == there or any(here in kinds and there in kinds for kinds in (fallbacks or _usual()).same_work)


def _usual() -> Fallbacks:
    return field_maps()["litellm"].fallbacks or Fallbacks(lists=(), defaults=())
