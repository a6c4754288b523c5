"""Writes the tables of docs/records.md and docs/sources.md from the models, the rules and the field maps.

Called by the cog blocks of those pages; `python -m cogapp -r docs/*.md` writes them anew, a test holds them true.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tieout.analytics.fields import MEANINGS, Candidate, known_formats, load_map
from tieout.assess.asking import ADDED, asked
from tieout.assess.predicates import PREDICATES
from tieout.collectors.config.convert import CONVERTERS
from tieout.collectors.config.field_map import field_maps
from tieout.collectors.git.codeowners import PLACES
from tieout.config.kinds import KINDS, Kind
from tieout.config.records import example_file, record_example, record_schema
from tieout.config.tables import TableSection
from tieout.domain.artefacts import title_of
from tieout.domain.rules import Rule
from tieout.inspection.engine import topics
from tieout.inspection.topic import Topic
from tieout.kernel.clock import in_words
from tieout.pipeline.assessing import FRAMEWORK, load_controls

_TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_FORMATS = {"date": "date", "date-time": "time"}
_APPROVAL = ("owner", "approver", "approved_on", "review_due")
_MEANT = {
    "time": "when the record was made; needed",
    "request_id": "an id of the request",
    "principal": "who asked: a person, an end user or a named service",
    "model": "the model that answered, as the provider names it",
    "provider": "whose model it is",
    "route": "the gateway's route that was asked for",
    "prompt_version": "version of the prompt",
    "latency": "how long the answer took",
    "status": "success or failure",
    "input_tokens": "tokens that went in",
    "output_tokens": "tokens that came out",
    "cost": "cost in US dollars",
    "fallback": "another route answered",
    "cache_hit": "the answer came from a cache",
}


@cache
def _rules() -> tuple[Rule, ...]:
    return load_controls()[1]


# --- records


def record(name: str) -> str:
    """A record's section: what it is for, an example, its fields, and what rules ask of it."""
    declared = "approved_record/ai_policy" if name == "approved_record" else name
    schema = record_schema(name)
    ending = "yaml" if example_file(name).suffix == ".yaml" else "markdown"
    title = title_of(name)
    return "\n".join(
        [
            f"## {title[:1].upper()}{title[1:]}",
            "",
            f"{schema['description'].splitlines()[0]} Declared as `provides: [{declared}]`.",
            "",
            f"```{ending}",
            record_example(name).rstrip(),
            "```",
            "",
            *_field_table(schema),
            "",
            *uses(name),
            "",
        ]
    )


def approval() -> str:
    """The four keys that stand in every record."""
    schema = record_schema("drill_record")
    return "\n".join(_table({key: schema["properties"][key] for key in _APPROVAL}, (), schema))


def table_keys() -> str:
    """What the declaration of a table may say."""
    schema = TableSection.model_json_schema()
    return "\n".join(_table(schema["properties"], schema["required"], schema))


def uses(name: str) -> list[str]:
    """What each rule asks of an artefact, in the words that the report has."""
    told = []
    for rule in _rules():
        sentences = [
            asked(check.predicate, check)
            for check in rule.checks
            if name in PREDICATES[check.predicate].arguments.model_validate(check.arguments).artefacts()
        ]
        if name in rule.needs:
            age = f" No older than {_words(rule.needs[name].freshness)}." if rule.needs[name].freshness else ""
            needed = " ".join(dict.fromkeys(sentences)) or "Says which models and runs count."
            told.append(f"- **{', '.join(rule.controls)}** (`{rule.id}`): {needed}{age}")
    return [f"What rules ask of {_the(name)}:", "", *told] if told else [f"No rule looks at {_the(name)} yet."]


def scenarios() -> str:
    """The exercises that rules look for."""
    rows = {}
    for rule in _rules():
        for check in rule.checks:
            scenario = check.arguments.get("where", {}).get("scenario")
            if scenario and check.predicate == "recent":
                rows[scenario] = f"| `{scenario}` | {', '.join(rule.controls)} | {_words(check.arguments['within'])} |"
    return "\n".join(
        ["| scenario | asked for by | newest within |", "|---|---|---|", *(rows[key] for key in sorted(rows))]
    )


def _field_table(schema: dict[str, Any]) -> list[str]:
    own = {key: what for key, what in schema["properties"].items() if key not in {"artefact", *_APPROVAL}}
    # A description that has an owner of its own keeps it; else the four are in the table above.
    if "owner" in schema.get("required", ()):
        own["owner"] = schema["properties"]["owner"]
    return _table(own, schema["required"], schema)


def _table(properties: dict[str, Any], required: Any, schema: dict[str, Any]) -> list[str]:
    head = ["| field | needed | takes | means |", "|---|---|---|---|"]
    return [*head, *_rows(properties, required, schema, "")]


def _rows(properties: dict[str, Any], required: Any, schema: dict[str, Any], prefix: str) -> Iterator[str]:
    for key, what in properties.items():
        below, is_list = _below(what, schema)
        takes = _takes(what) if below is None else ("rows of:" if is_list else "of:")
        default = what.get("default")
        usual = f"; default {default}" if isinstance(default, int | float) and not isinstance(default, bool) else ""
        means = f"{what.get('description', '')}{usual}"
        yield f"| `{prefix}{key}` | {'yes' if key in required else ''} | {takes} | {means} |"
        if below is not None:
            step = f"{prefix}{key}{'[]' if is_list else ''}."
            yield from _rows(below["properties"], below.get("required", ()), schema, step)


def _below(what: dict[str, Any], schema: dict[str, Any]) -> tuple[dict[str, Any] | None, bool]:
    is_list = what.get("type") == "array"
    for choice in [what.get("items", {})] if is_list else [what, *what.get("anyOf", ())]:
        if "$ref" in choice:
            return schema["$defs"][choice["$ref"].rpartition("/")[2]], is_list
    return None, is_list


def _takes(what: dict[str, Any]) -> str:
    if "enum" in what:
        return " or ".join(f"`{value}`" for value in what["enum"])
    if what.get("type") == "object" or "$ref" in what:
        return "a mapping"
    if what.get("type") == "array":
        return f"list of {'mappings' if '$ref' in what['items'] else _takes(what['items'])}"
    if "anyOf" in what:
        return " or ".join(dict.fromkeys(_takes(one) for one in what["anyOf"] if one.get("type") != "null"))
    if what.get("format") in _FORMATS:
        return _FORMATS[what["format"]]
    return _TYPES.get(what.get("type", ""), "anything")


# --- sources


def kinds() -> str:
    """What a source of each kind reads and may say."""
    rows = [
        f"| `{name}` | {kind.reads} | {_list(kind.provides)} | {_list(kind.default) or 'must be said'} "
        f"| {_list(kind.formats) or 'none'} |"
        for name, kind in KINDS.items()
    ]
    head = "| kind | reads | can provide | without `provides` | `format` |"
    return "\n".join([head, "|---|---|---|---|---|", *rows])


def options() -> str:
    """Every option of every kind."""
    rows = [row for name, kind in KINDS.items() for row in _options(name, kind)]
    return "\n".join(["| kind | option | takes | does |", "|---|---|---|---|", *rows])


def _options(name: str, kind: Kind) -> Iterator[str]:
    schema = kind.options.model_json_schema()
    for key, what in schema["properties"].items() if "properties" in schema else ():
        top = f", from {what['minimum']:g} to {what['maximum']:g}" if "maximum" in what else ""
        default = f" Default {what['default']:g}." if isinstance(what.get("default"), float) else ""
        takes = "a mapping" if what.get("type") == "object" else _takes(what) + top
        yield f"| `{name}` | `options.{key}` | {takes} | {what['description'].rstrip('.')}.{default} |"


def log_fields() -> str:
    """Which member of a record means what, in each log format."""
    names = known_formats()
    head = ["| meaning | " + " | ".join(f"`{name}`" for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    maps = [load_map(name) for name in names]
    rows = [
        f"| **{meaning}**: {_MEANT[meaning]} | "
        + " | ".join(", ".join(_candidate(one) for one in field_map.fields.get(meaning, ())) for field_map in maps)
        + " |"
        for meaning in MEANINGS
    ]
    return "\n".join([*head, *rows])


def _candidate(one: Candidate) -> str:
    said = [f"holds `{one.contains}`"] if one.contains else []
    if one.failure:
        said.append(f"failure: {', '.join(one.failure)}")
    if one.failure_from is not None:
        said.append(f"failure from {one.failure_from}")
    if one.unit:
        said.append(one.unit)
    return f"`{one.name}`" + (f" ({'; '.join(said)})" if said else "")


def configuration() -> str:
    """The formats of live configuration: how each is recognised, and what is read from it."""
    told = []
    for name, one in field_maps().items():
        signs = " or ".join(f"{_places(sign.at)} with {_list(sign.holds)}" for sign in one.signs)
        fields = [*one.rows.fields, *one.fields]
        told.append(
            f"- **`{name}`** gives `{one.artefact}`. Recognised by {signs}. Of each of its {one.rows.field} (at "
            f"{_places(one.rows.at)}) it reads {', '.join(field.replace('_', ' ') for field in fields)}."
        )
    return "\n".join(told)


def _places(places: Any) -> str:
    return ", ".join(f"`{place}`" if place else "the top of the file" for place in places)


def codeowners() -> str:
    """Where code owners are looked for."""
    told = "; ".join(
        f"on {forge} the first of {', '.join(f'`{place}`' for place in places)}" for forge, places in PLACES.items()
    )
    return f"In force is {told}. Copies elsewhere do not count."


def _the(name: str) -> str:
    return f"the {title_of(name)}"


def _list(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _words(duration: str | None) -> str:
    return in_words(duration or "")


# --- rules


def rule(name: str) -> str:
    """A rule's own file."""
    text = (Path("controls") / FRAMEWORK / "rules" / f"{name}.yaml").read_text(encoding="utf-8")
    return f"```yaml\n{text.rstrip()}\n```"


def added() -> str:
    """The tests that run beside those that a rule names."""
    return "\n".join(f"- *{name.replace('_', ' ')}*: {sentence}" for name, sentence in ADDED.items())


def converters() -> str:
    """Every converter of a field map: its name, and what it takes."""
    rows = [f"| `{name}` | {_said(function)} |" for name, function in sorted(CONVERTERS.items())]
    return "\n".join(["| `as` | takes |", "|---|---|", *rows, ""])


def _said(function: Callable[[Any, Any], Any]) -> str:
    """The first sentence of a function's own words."""
    text = (function.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(text.split()).rstrip(".").replace("|", "\\|")


# --- inspection


def questions() -> str:
    """Every question of `tieout inspect`, by topic, and what a repository cannot show on it."""
    return "\n".join(line for topic in topics() for line in _topic_lines(topic))


def _topic_lines(topic: Topic) -> Iterator[str]:
    yield f"### {topic.title}"
    yield ""
    yield "| fact | question | what a repository cannot show |"
    yield "|---|---|---|"
    for question in topic.questions:
        yield f"| `{topic.key}/{question.key}` | {question.text} | {question.beyond} |"
    yield ""
