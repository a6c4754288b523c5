"""The OpenTelemetry Collector's configuration, or its operator's object -> telemetry_config: the pipelines in force.

What is configured counts only where a pipeline of `service.pipelines` names it:
https://opentelemetry.io/docs/collector/configuration/.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Final

from tieout.collectors.config.documents_of import documents_of
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.otel_parts.exporters import Destination, destination, type_of
from tieout.collectors.config.otel_parts.processors import Effect, doubt_of, effect
from tieout.collectors.config.rows import Fact, Rows
from tieout.collectors.config.said_off import said_off
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_SIGNALS: Final = frozenset({"logs", "metrics", "profiles", "traces"})
_PARTS: Final = {"receivers": "receiver", "processors": "processor", "exporters": "exporter", "connectors": "connector"}
#: Connectors that pass on what they are given; others make something else of it.
_PASSING_ON: Final = frozenset({"failover", "forward", "roundrobin", "routing"})
_MAKING_ANEW: Final = frozenset(
    {"count", "datadog", "exceptions", "grafanacloud", "metricsaslogs", "otlpjson", "servicegraph", "signaltometrics"}
    | {"slowsql", "spanmetrics", "sum"}
)
_MOST_PIPELINES: Final = 200


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(True for document in documents_of(file, b"pipelines") for _ in _configurations(Cursor.top(document)))


def _configurations(top: Cursor) -> Iterator[Cursor]:
    """What configures a collector: the document, the operator's objects in it, or in a list."""
    if top.down("kind").text == "List":
        for item in top.down("items").rows():
            yield from _configurations(item)
    of_operator = top.down("kind").text == "OpenTelemetryCollector"
    inner = top.down("spec", "config") if of_operator else top
    has_ends = any(isinstance(inner.down(part).value, dict) for part in ("receivers", "exporters"))
    if (has_ends and isinstance(inner.down("service", "pipelines").value, dict)) or (of_operator and inner.text):
        yield inner


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> list[Found]:
    rows = Rows("telemetry_config", "pipelines", "OpenTelemetry Collector")
    for document in documents_of(file, b"pipelines"):
        for top in _configurations(Cursor.top(document)):
            if top.text:
                rows.drop(top, "keeps its configuration as text within the object, which is not read here")
            else:
                _Collector(top, rows).take()
    return rows.found()


@dataclass
class _Collector:
    top: Cursor
    rows: Rows
    used: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def pipelines(self) -> dict[str, Cursor]:
        every = self.top.down("service", "pipelines").members()
        return {one.key: one for one in islice(every, _MOST_PIPELINES)}

    @cached_property
    def fed_by(self) -> dict[str, list[str]]:
        """Receiver or connector -> the pipelines that it feeds."""
        found: dict[str, list[str]] = {}
        for name, pipeline in self.pipelines.items():
            for receiver in dict.fromkeys(pipeline.down("receivers").texts):
                found.setdefault(receiver, []).append(name)
        return found

    @cached_property
    def connectors(self) -> frozenset[str]:
        return frozenset(one.key for one in self.top.down("connectors").members())

    def exporters(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.pipelines[name].down("exporters").texts))

    def take(self) -> None:
        for pipeline in self.pipelines.values():
            self.row(pipeline)
        service = self.top.down("service", "pipelines")
        if len(service.value) > _MOST_PIPELINES:
            self.rows.drop(service, f"has more than {_MOST_PIPELINES} pipelines, of which the rest is not read")
            return
        for part, one in _PARTS.items():
            for component in self.top.down(part).members():
                if (part, component.key) not in self.used:
                    sentence = f"the {one} '{excerpt(component.key)}' is in no pipeline, so it does nothing"
                    self.rows.note(component, sentence)

    def row(self, pipeline: Cursor) -> None:
        signal = type_of(pipeline.key)
        if signal not in _SIGNALS:
            sentence = f"the pipeline '{excerpt(pipeline.key)}' is of no signal that is known: logs, metrics or traces"
            self.rows.drop(pipeline, sentence)
            return
        if off := said_off(pipeline):
            self.rows.drop(off[0], f"the pipeline '{excerpt(pipeline.key)}' cannot be judged: {off[1]}")
            return
        named = {part: self.named(pipeline, part) for part in ("receivers", "processors", "exporters")}
        if not named["receivers"] or not named["exporters"]:
            called = f"the pipeline '{excerpt(pipeline.key)}'"
            sentence = f"{called} has no receiver or no exporter in this file, and is not read together with another"
            self.rows.drop(pipeline, sentence)
            return
        ends = self.ends(pipeline.key)
        effects = [(effect(processor, signal), processor) for processor in self.processors(pipeline)]
        for one, at in effects:
            if off := doubt_of(at):
                told = f"what the processor '{excerpt(at.key)}' does to '{excerpt(pipeline.key)}' cannot be judged"
                self.rows.drop(off[0], f"{told}: {off[1]}")
            if one.only_some:
                told = f"the processor '{excerpt(at.key)}' removes or masks under a condition only"
                self.rows.note(at, f"{told}: what it leaves as it is, its settings do not tell")
            if one.chooses:
                told = f"the processor '{excerpt(at.key)}' leaves out what meets its conditions"
                self.rows.note(at, f"{told}: '{excerpt(pipeline.key)}' does not hand on everything")
        external = _most([(end.external, end.at) for end in ends])
        sent = [(None if end.encrypted is None else not end.encrypted, end.at) for end in ends if end.networked]
        plain = _most(sent)
        redacts = self.redacts(pipeline.key)
        redacted = sorted({name for one, _ in effects for name in one.redacted})
        thinned = _most([(one.thins, at) for one, at in effects])
        kept = self.kept(pipeline.key)
        self.rows.add(
            pipeline,
            {
                "name": Fact(pipeline.key, pipeline),
                "signal": Fact(signal, pipeline),
                **{part: Fact(list(names), pipeline.down(part)) for part, names in named.items()},
                "external": external,
                "encrypted": Fact(None if plain.value is None or not sent else not plain.value, plain.at),
                "kept": kept,
                "redacts": redacts,
                "redacted": Fact(redacted, redacts.at),
                "thinned": thinned,
                "sampled_share": self.share(pipeline, effects),
            },
        )

    def named(self, pipeline: Cursor, part: str) -> tuple[str, ...]:
        """The components that a pipeline names; those that are not configured are told."""
        found = pipeline.down(part)
        for one in found.elements():
            if one.text is None:
                self.rows.note(one, f"a name among the {part} of '{excerpt(pipeline.key)}' is no text")
            elif not self.is_configured(part, one.text):
                told = f"the pipeline '{excerpt(pipeline.key)}' names the {_PARTS[part]} '{excerpt(one.text)}'"
                self.rows.note(one, f"{told}, which this file does not configure")
        return found.texts

    def is_configured(self, part: str, name: str) -> bool:
        places = (part,) if part == "processors" else ("connectors", part)
        for place in places:
            settings = self.top.down(place).value
            if isinstance(settings, dict) and name in settings:
                self.used.add((place, name))
                return True
        return False

    def processors(self, pipeline: Cursor) -> list[Cursor]:
        names = pipeline.down("processors").texts
        return [self.top.down("processors", name) for name in names if self.is_configured("processors", name)]

    def passed_on(self, name: str) -> dict[str, None]:
        """A pipeline and all that its records are passed on to, each once."""
        found, ahead = {name: None}, [name]
        while ahead:
            for exporter in self.exporters(ahead.pop()):
                if exporter in self.connectors and type_of(exporter) in _PASSING_ON:
                    new = [after for after in self.fed_by.get(exporter, ()) if after not in found]
                    found |= dict.fromkeys(new)
                    ahead += new
        return found

    def kept(self, name: str) -> Fact:
        """Whether anything is handed on or written down: not where a processor lets nothing through."""
        stopped = self.stopped(name)
        if stopped.value:
            return Fact(value=False, at=stopped.at)
        open_ways = [one for one in self.passed_on(name) if not self.stopped(one).value]
        ends = [(end, self.stopped(one).value) for one in open_ways for end in self.own_ends(one)]
        answers = [
            (None if end.way == "served" or (unsure is None and end.way != "nowhere") else end.way != "nowhere", end.at)
            for end, unsure in ends
        ]
        return _most([(None if stopped.value is None and told else told, at) for told, at in answers])

    def stopped(self, name: str) -> Fact:
        """Whether a processor of a pipeline lets nothing through."""
        return _most([(effect(one, type_of(name)).stops, one) for one in self.processors(self.pipelines[name])])

    def ends(self, name: str) -> list[Destination]:
        """Where what passes a pipeline ends up: at its exporters, and behind connectors that pass it on."""
        return [end for pipeline in self.passed_on(name) for end in self.own_ends(pipeline)]

    def own_ends(self, pipeline: str) -> list[Destination]:
        """Where the exporters of one pipeline lead."""
        found: list[Destination] = []
        for exporter in self.exporters(pipeline):
            if exporter not in self.connectors:
                known = self.is_configured("exporters", exporter)
                place = self.pipelines[pipeline].down("exporters")
                unknown = Destination("sent", None, networked=True, encrypted=None, at=place)
                found.append(destination(self.top.down("exporters", exporter)) if known else unknown)
            elif type_of(exporter) not in _PASSING_ON | _MAKING_ANEW:
                place = self.top.down("connectors", exporter)
                found.append(Destination("sent", None, networked=True, encrypted=None, at=place))
        return found

    def redacts(self, name: str) -> Fact:
        """Whether something is removed or masked on the way: here, or in every pipeline that it is passed on to."""
        own = self.own_redacting(name)
        exporters = self.exporters(name)
        passes_on = exporters and all(one in self.connectors and type_of(one) in _PASSING_ON for one in exporters)
        if own.value or not passes_on:
            return own
        later = [self.own_redacting(after) for one in exporters for after in self.fed_by.get(one, ())]
        if later and all(one.value for one in later):
            return later[0]
        return Fact(None) if own.value is None or any(one.value is None for one in later) else own

    def own_redacting(self, name: str) -> Fact:
        processors = self.processors(self.pipelines[name])
        return _most([(effect(processor, type_of(name)).redacts, processor) for processor in processors])

    def share(self, pipeline: Cursor, effects: list[tuple[Effect, Cursor]]) -> Fact:
        """The share that a sampler by chance keeps; of several, or of one that chooses, it is not told."""
        samplers = [(one, at) for one, at in effects if one.samples]
        if not samplers:
            return Fact(None)
        (first, at), *others = samplers
        if others or first.share is None:
            self.rows.note(at, f"which share of '{excerpt(pipeline.key)}' is kept is not told")
            return Fact(None)
        return Fact(first.share, at)


def _most(answers: list[tuple[bool | None, Cursor]]) -> Fact:
    """True where one is, with its place; None where one is not known; else False."""
    for wanted in (True, None):
        for answer, at in answers:
            if answer is wanted:
                return Fact(answer, at)
    return Fact(value=False, at=answers[0][1] if answers else None)


READERS = (Reader("otel-collector", "the OpenTelemetry Collector", ("telemetry_config",), _suits, _recognises, _read),)
