"""Targets of a Portkey config as routes: which are asked at all, in which order, and with whose settings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tieout.collectors.config.routes import ANY_MODEL, Row, several, take_over
from tieout.collectors.config.said_off import said_off
from tieout.collectors.config.suppliers import Standing, is_outside, standing
from tieout.collectors.config.taking import Taking, is_variable
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

#: Statuses of an answer that say that a supplier failed; 429 says that a quota is used up, 446 that a check refused.
_FAILED: Final = frozenset({408, *range(500, 600)})
_CACHES: Final = frozenset({"simple", "semantic"})
_SLUG: Final = "@"


@dataclass(frozen=True, slots=True)
class Group:
    """A target, or a group of them, with the settings that it takes over from the groups above.

    Attributes:
        at: Where it stands.
        name: For people.
        number: Its place among its group's targets, as `1.2`; "" of the whole config.
        model: The model that its requests are made to name.
        timeout: How long is waited, in thousandths of a second.
        host: Another server than the provider's.
    """

    at: Cursor
    name: str
    number: str
    model: Cursor
    timeout: Cursor
    host: Cursor

    @classmethod
    def top(cls, at: Cursor, name: str) -> "Group":
        """A whole config."""
        return cls(at, name or "target 1", "", _model(at), _timeout(at), _host(at))

    def targets(self, taking: Taking) -> Iterator["Group"]:
        """Its targets."""
        for place in several(self.at.down("targets"), taking):
            number = f"{self.number}.{int(place.key) + 1}".lstrip(".")
            yield Group(
                place,
                place.down("name").text or f"target {number}",
                number,
                _or(_model(place), self.model),
                _or(_timeout(place), self.timeout),
                _or(_host(place), self.host),
            )

    @property
    def is_many(self) -> bool:
        """Whether it is a group."""
        return self.at.down("targets").value is not None

    def cached(self, taking: Taking) -> tuple[bool, Cursor] | None:
        """Whether answers come from a cache, and where that is said; None where it is not, or not of all targets."""
        own = self.at.down("cache")
        mode = own.down("mode")
        if own.value is False:
            return False, own
        if mode.text in _CACHES:
            return True, mode
        if own.value is not None:
            taking.note(own, "'cache' has no mode that is known ('simple' or 'semantic'), so it does not count")
            return None
        if not self.is_many:
            return None
        found = [one.cached(replace(taking, notes=[], dropped=[])) for one in self.targets(Taking())]
        return found[0] if found and all(one is not None and one[0] for one in found) else None


def routes_of(group: Group, taking: Taking) -> list[Row]:
    """The routes of a config: each target that is asked, with what takes over from it."""
    if off := said_off(group.at):
        taking.drop(off[0], f"'{excerpt(group.name)}' of the routes cannot be judged: {off[1]}")
        return []
    if not group.is_many:
        row = _route(group, taking)
        return [row] if row else []
    mode = group.at.down("strategy", "mode")
    targets = list(group.targets(taking))
    if mode.text == "fallback":
        return _one_after_another(group, targets, taking)
    if mode.text == "loadbalance":
        asked = [one for one in targets if not _is_shut(one, taking)]
    elif mode.text == "conditional":
        asked = [one for one in targets if _is_chosen(group, one, taking)]
    elif mode.text == "single":
        asked = targets[:1]
        for one in targets[1:]:
            taking.note(
                one.at, f"'{excerpt(one.name)}' is never asked: the strategy 'single' asks the first target alone"
            )
    else:
        taking.drop(
            mode, "the strategy over these targets is none that is known, so which of them is asked is not told"
        )
        asked = []
    return [row for one in asked for row in routes_of(one, taking)]


def _one_after_another(group: Group, targets: list[Group], taking: Taking) -> list[Row]:
    """Targets that are asked in their order, each after the one before it failed."""
    mode, codes = group.at.down("strategy", "mode"), _first(group.at.down("strategy"), "on_status_codes")
    parts = [routes_of(one, taking) for one in targets]
    rows = [row for part in parts for row in part]
    for row in (row for part in parts[1:] for row in part):
        row.facts["spare"] = True
        row.lines["spare"] = mode.line
    if len(parts) > 1 and (reason := _never_on_failure(codes)):
        taking.note(codes, f"{reason}: no target takes over where a supplier fails, and none counts")
        return rows
    for index, part in enumerate(parts):
        later = [row for after in parts[index + 1 :] for row in after]
        take_over(part, later, mode, shown=_has_model_of_its_own)
    return rows


def _never_on_failure(codes: Cursor) -> str | None:
    """Why a list of statuses keeps a fallback from a failure; None where it does not, or there is no list."""
    if codes.value is None:
        return None
    if not isinstance(codes.value, list):
        return "'on_status_codes' is not a list"
    if _FAILED.isdisjoint(code for code in codes.value if isinstance(code, int)):
        return "'on_status_codes' names no status of a failure (408, or 500 to 599)"
    return None


def _is_shut(target: Group, taking: Taking) -> bool:
    weight = target.at.down("weight")
    shut = taking.number(weight) == 0
    if shut:
        taking.note(weight, f"'{excerpt(target.name)}' has the weight 0 and gets no request, so it does not count")
    return shut


def _is_chosen(group: Group, target: Group, taking: Taking) -> bool:
    """Whether a condition, or the default, leads to a target; they name it."""
    strategy = group.at.down("strategy")
    led = {strategy.down("default").text, *(one.down("then").text for one in strategy.down("conditions").rows())}
    name = target.at.down("name").text
    if name is None or name not in led:
        taking.note(target.at, f"'{excerpt(target.name)}' is what no condition leads to, so it does not count")
        return False
    return True


def _has_model_of_its_own(row: Row) -> bool:
    return bool(row.facts["model"] != ANY_MODEL)


def _route(target: Group, taking: Taking) -> Row | None:
    at = target.at
    if _first(at, "prompt_id").value is not None:
        taking.drop(
            at, f"'{excerpt(target.name)}' of the routes cannot be judged: its model is that of a prompt elsewhere"
        )
        return None
    model = taking.text(target.model)
    if (model is None and target.model.value is not None) or (model is not None and is_variable(model)):
        taking.drop(
            target.model, f"'{excerpt(target.name)}' of the routes cannot be judged: its model is not told here"
        )
        return None
    provider = taking.text(at.down("provider"))
    slug = next((one for one in (provider, model) if one and one.startswith(_SLUG)), None)
    if model and model.startswith(_SLUG):
        model = model.partition("/")[2] or None
    row = Row({"name": target.name, "model": model or ANY_MODEL}, Standing(frozenset(), known=False, own_name=True))
    key = _first(at, "virtual_key")
    host = taking.text(target.host)
    if slug is not None:
        row.behind = slug.partition("/")[0]
        row.stands = Standing(frozenset({row.behind}), known=False, own_name=True)
    elif key.value is not None:
        row.behind = f"a virtual key ({target.name})"
        row.stands = Standing(frozenset({f"virtual key {key.value}"}), known=False, own_name=True)
    elif provider is not None and not is_variable(provider):
        address = host if host is not None and not is_variable(host) else None
        addressed = target.host.value is not None
        row.stands = standing(provider, model or "", addressed=addressed, address=address)
        row.facts["provider"] = provider
        row.facts["external"] = is_outside(provider, addressed=addressed, address=address)
        row.lines["external"] = target.host.line if addressed else at.down("provider").line
    else:
        row.behind = "whichever the request names"
        # A request that names the supplier and the model may name any version.
        row.stands = Standing(frozenset({row.behind}), known=False, own_name=model is not None)
    wait = taking.number(target.timeout)
    if wait:
        row.facts["timeout_seconds"] = wait / 1000
    row.facts = {name: value for name, value in row.facts.items() if value is not None}
    row.lines |= {
        "": at.line,
        "name": at.down("name").line,
        "model": target.model.line if model else at.line,
        "provider": at.down("provider").line,
        "timeout_seconds": target.timeout.line,
    }
    return row


def _model(at: Cursor) -> Cursor:
    return at.first("override_params", "overrideParams").down("model")


def _timeout(at: Cursor) -> Cursor:
    return _first(at, "request_timeout")


def _host(at: Cursor) -> Cursor:
    return _first(at, "custom_host")


def _first(at: Cursor, key: str) -> Cursor:
    """A member that the gateway takes in either spelling: `on_status_codes`, `onStatusCodes`."""
    first, *rest = key.split("_")
    return at.first(key, first + "".join(word.title() for word in rest))


def _or(own: Cursor, above: Cursor) -> Cursor:
    return own if own.value is not None else above
