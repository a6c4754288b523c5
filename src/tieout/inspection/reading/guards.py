"""Checks on what goes into a model and what comes out of it: attached, only offered, or only spoken of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.gateways import Feature, gateway_settings
from tieout.inspection.reading.source_code import SourceCode, programs, searched, settings, signs
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.cursor import Cursor
from tieout.syntax.rails import flows

Bond = Literal["attached", "called", "offered", "listed"]

_RAILS = compile_bytes(r"(?m:^rails:)")
_CALL = compile_bytes(
    r"(?P<moderation>\bmoderations\.create\(|\bmoderation\(|\.moderations\.create\()"
    r"|(?P<rails>\bLLMRails\(|\bRunnableRails\(|\bRailsConfig\.from_)"
    r"|(?P<scanner>\bscan_(?:prompt|output)\(|\bPromptInjection\(|\bGuard\(\)\.use|\bGuard\.(?:from_|for_)\w+\()"
    r"|(?P<service>\bContentSafetyClient\(|\b[gG]uardrail_?[iI]dentifier[\"']?[ \t]*[:=]+[ \t]*(?:[\"']"
    r"|process\.env|os\.|ENV|settings\.|config\.)"
    r"|\bapply_guardrail\()|(?P<classifier>[\"'][\w./-]*(?:[lL]lama|[pP]rompt)-?[gG]uard[\w./-]*[\"']|\bRebuff\()"
)
_MODEL = compile_bytes(r"/(?:llama|prompt|granite|wild)-?guard(?:ian)?\b|\bshieldgemma", folded=True)
_RESOURCE = compile_bytes(
    r"(?P<resource>resource[ \t]+\"(?:aws_bedrock_guardrail|azurerm_cognitive_account_rai_policy)\")"
)
_CLASS = compile_bytes(
    r"(?m:^[ \t]*(?:export )?(?:abstract )?class[ \t]+(?P<name>\w*(?:Guardrails?(?:Middleware)?|PromptGuard|InputGuard"
    r"|OutputGuard|Safeguards?|Moderator)))\b"
)
_STEP = compile_bytes(
    r"(?m:^[ \t]*(?:\w+(?:::|\.))*(?P<step>\w*(?:Guardrails?|PromptGuard|InputGuard|OutputGuard"
    r"|Moderator))(?:\(\))?,?[ \t\r]*$)"
    r"|\b(?P<called>\w*(?:Guardrails?|PromptGuard|InputGuard|OutputGuard"
    r"|Moderator))(?:\.new)?(?:\([^()\n]*\))?\.(?:call|check|run|validate|scan|apply)\b"
    # One of a list of layers that every call goes through, with its options on the next lines.
    r"|(?m:^[ \t]+(?P<layer>\w*GuardrailsMiddleware)\([^\n]*$)"
    # Made and asked by its variable, in the function that becomes a step.
    r"|=[ \t]*(?P<made>\w*(?:Guardrails?|PromptGuard|InputGuard|OutputGuard|Safeguards?|Moderator))"
    r"\([^()\n]*\)(?m:[ \t]*$)"
)
#: A step of a graph that is named for it, and what stands for the check within it.
_NODE = compile_bytes(r"\.add_node\([ \t\n]*[\"']\w*(?:guard|moderat|safety)\w*[\"']", folded=True)
_ASKED = compile_bytes(r"(?:guard\w*|moderat\w*)\.(?:a?invoke|check|run|validate|scan|apply|classify)\(", folded=True)
_WORDS = compile_bytes(r"uardrail|[Ss]afeguard|\bModerator|PromptGuard|InputGuard|OutputGuard")
_INJECTION = re.compile(r"jail.?break|injection|prompt.?guard|lakera|rebuff|heuristics", re.IGNORECASE)
_ATTACK = re.compile(rb"prompt[-_ ]?injection|jail ?break", re.IGNORECASE)
_OUTPUT = re.compile(
    r"output|moderat|answer|response|content.?safety|toxic|after.?request|self check output|forbidden", re.IGNORECASE
)
# Toolkits of guardrails offer these to others; that they call them says nothing of a system.
_TOOLKIT = compile_bytes(r"(?m:^class (?:LLMRails|Guard|RunnableRails)\b)")
_EVALUATES = re.compile(r"(^|/)(eval|evals|evaluate|evaluation|benchmarks?|tasks|scripts?)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guard:
    """One check.

    Attributes:
        bond: It is part of the way of every request; a program calls it; it may be asked for; or it is a model among
            those that users may choose.
        place: The line.
        words: What it is called, for telling what it guards against.
    """

    bond: Bond
    place: InspectedPlace
    words: str

    @property
    def is_against_injection(self) -> bool:
        """Whether its name says that it looks for attacks in a prompt."""
        return bool(_INJECTION.search(self.words))

    @property
    def is_of_output(self) -> bool:
        """Whether its name says that it looks at what the model answers."""
        return bool(_OUTPUT.search(self.words))


def guards(repository: Repository) -> Iterator[Guard]:
    """Every check in settings and programs in use."""
    for setting in gateway_settings(repository):
        if setting.feature is Feature.GUARDRAIL and setting.live and setting.on:
            bond: Bond = "attached" if setting.says == "attached" else "offered"
            yield Guard(bond, setting.place, f"{setting.place.shows} {setting.place.text}")
    yield from _rails(repository, PlaceClass.LIVE)
    yield from _own(repository)
    offers = any(
        True
        for source in searched(repository, programs(repository), _TOOLKIT)
        for _ in source.hits(_TOOLKIT, within=source.code)
    )
    for kind, source, hit in signs(repository, programs(repository), _CALL):
        if not _EVALUATES.search(source.text.path):
            shows = "this project's own toolkit offers it" if offers else "called in code"
            yield Guard("offered" if offers else "called", source.text.place(hit.line, shows), f"{kind} {hit.text}")
    for _, source, hit in signs(repository, settings(repository), _RESOURCE):
        yield Guard("offered", source.text.place(hit.line, "made; what uses it stands elsewhere"), hit.text)


def examples(repository: Repository) -> Iterator[Guard]:
    """Checks of configurations that stand in examples and templates."""
    for setting in gateway_settings(repository):
        if setting.feature is Feature.GUARDRAIL and not setting.live:
            yield Guard("offered", setting.place, setting.place.text)
    yield from _rails(repository, PlaceClass.EXAMPLE)


def offered_models(repository: Repository) -> Iterator[Guard]:
    """Models that judge safety among those that settings offer: users may choose one, and it checks nothing by that."""
    for source in searched(repository, settings(repository), _MODEL):
        hit = next(source.hits(_MODEL), None)
        if hit is not None:
            place = source.text.place(hit.line, "a model among those that are offered, not a check", counts=False)
            yield Guard("listed", place, hit.text)


def _rails(repository: Repository, path_class: PlaceClass) -> Iterator[Guard]:
    """Flows that a NeMo Guardrails configuration runs on input and output."""
    for source in searched(repository, settings(repository, classes=(path_class,)), _RAILS):
        live = path_class is PlaceClass.LIVE
        for document in repository.documents(source.text.path):
            for side, flow in flows(Cursor.top(document)):
                place = source.text.place(flow.line, f"flow on {side}", counts=live)
                yield Guard("attached" if live else "offered", place, f"{side} {flow.value}")


def _own(repository: Repository) -> Iterator[Guard]:
    """Classes of the project's own that are named after a guard, and the lines that make them a step."""
    sources = list(searched(repository, programs(repository), _WORDS))
    defined = {
        hit.groups["name"]: source.text.path for source in sources for hit in source.hits(_CLASS, within=source.code)
    }
    told: set[str] = set()
    for source in sources:
        if _EVALUATES.search(source.text.path):
            continue
        for hit in source.hits(_STEP, within=source.code):
            made = hit.groups.get("made") or ""
            name = hit.groups.get("step") or hit.groups.get("called") or hit.groups.get("layer") or made
            key = f"{name} {source.text.path}" if made else name
            if name in defined and defined[name] != source.text.path and key not in told and _is_asked(source, made):
                told.add(key)
                words = f"{name} injection" if _against_injection(sources, defined[name]) else name
                yield Guard(
                    "called" if made else "attached", source.text.place(hit.line, "a step of the program"), words
                )
                for node in source.hits(_NODE) if made else ():
                    yield Guard("called", source.text.place(node.line, "a step of a graph"), words)


def _is_asked(source: SourceCode, made: str) -> bool:
    """Whether what is made is also asked; what is no more than made checks nothing."""
    return not made or _ASKED.search(source.code) is not None


def _against_injection(sources: list[SourceCode], path: str) -> bool:
    """Whether the file of a guard says that it looks for attacks in a prompt."""
    return any(source.text.path == path and _ATTACK.search(source.stated) for source in sources)
