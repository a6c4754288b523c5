"""What a processor of the OpenTelemetry Collector does to what passes: removes or masks it, or leaves some out.

Types and settings: the processors of github.com/open-telemetry/opentelemetry-collector-contrib.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.otel_parts.exporters import type_of
from tieout.collectors.config.said_off import said_off
from tieout.syntax.cursor import Cursor

#: Signal -> what settings of it begin with.
_OF_SIGNAL: Final = {
    "logs": ("log",),
    "metrics": ("metric", "datapoint"),
    "profiles": ("profile",),
    "traces": ("trace", "span"),
}
_REMOVING: Final = frozenset({"delete", "hash"})
#: Statements of the Collector's transformation language that remove or mask, and what they do it to.
_STATEMENT: Final = re.compile(
    r"(?P<function>delete_key|delete_index|delete_matching_keys|keep_keys|keep_matching_keys|replace_pattern"
    r"|replace_all_patterns|replace_match|replace_all_matches|set)\("
    r"(?P<target>[\w.]{1,100})(?:\[\"(?P<inside>[^\"]{1,200})\"\])?[ ]{0,8}(?:,[ ]{0,8}\"(?P<key>[^\"]{1,200})\")?"
)
_HASHING: Final = re.compile(r"\b(?:SHA1|SHA256|SHA512|MD5|Murmur3Hash|FNV)\(")
_READ: Final = re.compile(r"\[\"([^\"]{1,200})\"\]")
_MASK: Final = re.compile(r"\*{3}|redact|mask|remov|hidden|x{4}", re.IGNORECASE)
_WHERE: Final = re.compile(r"\bwhere\b")
#: Members of a processor of attributes that choose the records it is for.
_CHOOSING: Final = ("include", "exclude")
_OF_A_PATTERN: Final = "values of a pattern"
_TELLING: Final = re.compile(r"redact|mask|pii|scrub|sanit|anonym|privacy", re.IGNORECASE)
_ANY: Final = "*"
_WHOLE: Final = 100.0


@dataclass(frozen=True, slots=True)
class Effect:
    """What one processor does to one signal.

    Attributes:
        redacts: Whether it removes or masks; None where it is not told.
        redacted: What, by name; `*` for what a pattern or a list of others tells.
        thins: Whether it leaves records out; None where it is not told.
        share: Of a sampler by chance the share that it keeps, where that is told.
        samples: Whether it is a sampler.
        only_some: Whether it removes or masks under a condition, so of some records only.
        stops: Whether it lets nothing through at all; None where that is not told.
        chooses: Whether conditions of its own choose what it leaves out.
    """

    redacts: bool | None = False
    redacted: tuple[str, ...] = ()
    thins: bool | None = False
    share: float | None = None
    samples: bool = False
    only_some: bool = False
    stops: bool | None = False
    chooses: bool = False


def effect(processor: Cursor, signal: str) -> Effect:
    """What a processor does to a signal, by its type and settings; a type that is not known does nothing known."""
    kind = type_of(processor.key)
    if doubt_of(processor) is not None:
        return Effect(redacts=None, thins=None, stops=None)
    if kind in _EFFECTS:
        return _EFFECTS[kind](processor, signal)
    return Effect(redacts=None) if _TELLING.search(kind) else Effect()


def doubt_of(processor: Cursor) -> tuple[Cursor, str] | None:
    """Where a processor of a type that does something says that it is off, and a sentence."""
    kind = type_of(processor.key)
    return said_off(processor) if kind in _EFFECTS or _TELLING.search(kind) else None


def _redaction(processor: Cursor, _signal: str) -> Effect:
    """It removes every attribute that is not allowed; where all are allowed, what is blocked."""
    allowed = processor.down("allow_all_keys")
    if allowed.value is not None and allowed.truth is None:
        return Effect(redacts=None)
    blocks = any(one.value for one in processor.members() if one.key.startswith(("blocked", "url_", "db_", "redact")))
    if blocks and allowed.truth:  # parts of values that look like a pattern: that is no attribute, and not all of them
        return Effect(redacts=True, redacted=(_OF_A_PATTERN,))
    return _redacting([] if allowed.truth else [_ANY])


def _redacting(names: Iterable[str], only_at_times: Iterable[str] = ()) -> Effect:
    """What it removes always; where it removes only at times, whether this record is one of them is not told."""
    found, at_times = tuple(sorted(set(names))), any(True for _ in only_at_times)
    return Effect(redacts=bool(found) or (None if at_times else False), redacted=found, only_some=at_times)


def _attributes(processor: Cursor, _signal: str) -> Effect:
    """Actions on attributes, of a record or of its resource."""
    actions = [*processor.down("actions").rows(), *processor.down("attributes").rows()]
    names = [action.down("key").text or _ANY for action in actions if _removes(action)]
    chooses = any(processor.down(key).value for key in _CHOOSING)
    return _redacting([], names) if chooses else _redacting(names)


def _removes(action: Cursor) -> bool:
    kind = action.down("action").text
    value = action.down("value").text or ""
    return kind in _REMOVING or (kind in {"update", "upsert"} and bool(_MASK.search(value)))


def _transform(processor: Cursor, signal: str) -> Effect:
    """Statements; what one of them only moves to another name is not removed."""
    asked = list(_statements(processor, signal))
    statements = [one for one, _ in asked]
    moved = {
        name
        for one in statements
        if one.startswith("set(") and not _HASHING.search(one)
        for name in _READ.findall(one.partition(",")[2])
    }
    found = [(name, always) for one, always in asked if (name := _masked(one)) and name not in moved]
    return _redacting([name for name, always in found if always], [name for name, always in found if not always])


def _statements(processor: Cursor, signal: str) -> Iterator[tuple[str, bool]]:
    """(statement, whether it is applied to every record) of those that are ever applied."""
    for part in _of(processor, signal):
        for one in part.elements():
            always = not one.down("conditions").value
            for text in one.down("statements").texts if isinstance(one.value, dict) else one.texts:
                condition = _condition(text)
                if condition != "false":
                    yield text, always and condition in {"", "true"}


def _condition(statement: str) -> str:
    """What stands behind `where`; "" where nothing does, or only that there is what the statement is about."""
    text = " ".join(statement.replace('\\"', "").split())
    word = next((one for one in _WHERE.finditer(text) if text.count('"', 0, one.start()) % 2 == 0), None)
    if word is None:
        return ""
    condition, (_, _, about) = text[word.end() :].strip(), text[: word.start()].partition("(")
    there = condition.removesuffix(" != nil")
    inside = there.replace('["', ', "').removesuffix("]")
    return "" if there != condition and about.startswith((f"{there},", f"{inside})")) else condition


def _masked(statement: str) -> str | None:
    """What a statement removes or masks; None where it does neither."""
    match = _STATEMENT.match(statement)
    if match is None:
        return None
    function, inside = match["function"], match["inside"]
    if function == "set":
        hashes = _HASHING.search(statement) and (inside or match["target"]) in _READ.findall(
            statement.partition(",")[2]
        )
        masks = hashes or _MASK.search(match["key"] or "") or match["key"] == ""
        return (inside or match["target"]) if masks else None
    if function in {"delete_key", "delete_index"}:
        return match["key"] or _ANY
    if function in {"replace_pattern", "replace_match"}:
        return inside or match["target"]
    return _ANY


def _of(processor: Cursor, signal: str) -> list[Cursor]:
    """The settings of a processor that speak of one signal."""
    return [one for one in processor.members() if one.value and one.key.startswith(_OF_SIGNAL.get(signal, ("?",)))]


def _filter(processor: Cursor, signal: str) -> Effect:
    """What meets one of its conditions goes; `true` is met by everything."""
    parts = _of(processor, signal)
    conditions = [text.strip() for part in parts for one in (part, *part.members()) for text in one.texts]
    return Effect(thins=bool(parts), chooses=bool(parts), stops="true" in conditions)


def _by_chance(processor: Cursor, signal: str) -> Effect:
    if signal not in {"logs", "traces"}:
        return Effect()
    place = processor.down("sampling_percentage")
    share = _share(0.0 if place.value is None else place.number)
    # "0 rejects all items"; an attribute of a record may ask for another share where one is named for that.
    stops = None if processor.down("sampling_priority").value else share == 0
    return Effect(thins=None if share is None else share < 1, share=share, samples=True, stops=stops)


def _share(percentage: float | None) -> float | None:
    return None if percentage is None or percentage < 0 else min(percentage, _WHOLE) / _WHOLE


def _at_the_end(processor: Cursor, signal: str) -> Effect:
    """Whole traces by policies, of which one that keeps is enough."""
    if signal != "traces":
        return Effect()
    policies = list(processor.down("policies").rows())
    kinds = {policy.down("type").text for policy in policies}
    # A policy that drops, or one that is inverted, goes before those that keep.
    drops = "drop" in kinds or any(_is_inverted(policy) for policy in policies)
    if "always_sample" in kinds and not drops:
        return Effect(thins=False, share=1.0, samples=True)
    shares = [_share(one.down("probabilistic", "sampling_percentage").number) for one in policies]
    if kinds and kinds <= {"drop", "probabilistic"} and all(share in {0, None} for share in shares):
        unsure = any(
            one.down("type").text != "drop" and share is None for one, share in zip(policies, shares, strict=True)
        )
        return Effect(
            thins=None if unsure else True, share=None if unsure else 0.0, samples=True, stops=None if unsure else True
        )
    if kinds == {"probabilistic"} and len(policies) == 1:
        return Effect(thins=None if shares[0] is None else shares[0] < 1, share=shares[0], samples=True)
    return Effect(thins=True, samples=True, chooses=drops)


def _is_inverted(policy: Cursor) -> bool:
    """Whether a policy takes out what it is met by."""
    settings = (one for one in policy.members() if isinstance(one.value, dict))
    return any(one.down("invert_match").truth for one in settings)


def _duplicates(_processor: Cursor, signal: str) -> Effect:
    return Effect(thins=signal == "logs")


_EFFECTS: Final[Mapping[str, Callable[[Cursor, str], Effect]]] = {
    "attributes": _attributes,
    "filter": _filter,
    "logdedup": _duplicates,
    "probabilisticsampler": _by_chance,
    "redaction": _redaction,
    "resource": _attributes,
    "tailsampling": _at_the_end,
    "transform": _transform,
}
