"""Gateways of a program's own: settings that spread requests over providers, and code that takes a failing one out.

They have no product's format, so they are known by usual words only and count for a part at most.
"""

import re
from collections.abc import Iterator
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.source_code import programs, searched, settings
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: A strategy below a balance of load, also in a file that another one holds as text.
_BALANCE = compile_bytes(
    r"(?m)^(?P<indent>[ \t]*)[\"']?load[-_]?balanc(?:e|er|ing)[\"']?:[ \t]*\r?\n(?:[ \t]+[^\n]*\n){0,3}?"
    r"[ \t]+[\"']?(?:strategy|algorithm|policy|mode)[\"']?:[ \t]*(?P<strategy>[\w-]+)"
)
_SPREAD_OVER = compile_bytes(
    r"(?:providers|models|deployments|targets)[\"']?:[ \t]*(?:\[[^\]]*,"
    r"|\r?\n[ \t]*-[^\n]*\n(?:[ \t]+[\w\"'-]+:[^\n]*\n)*[ \t]*-)"
)
_REMOVED = compile_bytes(
    r"(?:unhealthy|not healthy|is down|failing)\b[^\n]{0,60}\b(?:remov|eject|evict|exclud|skip)"
    r"|\b(?:remov|eject|evict|exclud)\w*[ _](?:\w+[ _]){0,3}(?:unhealthy|failing|failed)\b"
    r"|\bmark_?(?:as_?)?(?:unhealthy|down|failed)\(|\b(?:cool_?down|unhealthy|tripped)_?(?:models?|deployments?|providers?)"
    r"[\w.]*(?:\.(?:add|insert|push|append|set)\(|\[)"
    r"|\b(?:healthy|available|alive)_?(?:providers|deployments|models|backends)[ \t]*(?::=|=)[^=]",
    folded=True,
)
_OF_PROVIDER = compile_bytes(r"provider|llm|deployment|model", folded=True)
_OF_HEALTH = compile_bytes(r"health|circuit|cool_?down|error_?rate|failure_?(?:count|rate|threshold)", folded=True)
_MODELS = compile_bytes(r"openai|anthropic|bedrock|gemini|mistral|\bllm", folded=True)
_NEAR: Final = 12
_MOST: Final = 8
_FAULT = re.compile(r"\bfail(?:ed|s)? (?:to|while)\b", re.IGNORECASE)


def balances(repository: Repository) -> Iterator[InspectedPlace]:
    """Settings in use that spread requests over several providers or models by a strategy."""
    for source in searched(repository, settings(repository), _BALANCE):
        for match in _BALANCE.finditer(source.text.data):
            line = source.text.line_at(match.start(match.re.groupindex[b"strategy"]))
            below = source.around(line, _NEAR, _NEAR) or b""
            is_stated = match.group(match.re.groupindex[b"strategy"]) in source.around(line, 0, 0)
            if is_stated and _SPREAD_OVER.search(below) and _MODELS.search(source.text.data):
                yield source.text.place(line, "spreads requests, in settings of the program's own gateway")


def removals(repository: Repository) -> list[InspectedPlace]:
    """Lines of programs that take a provider of models out while it fails, where they watch its health."""
    if not any(_MODELS.search(file.path.encode("utf-8", "surrogateescape")) for file in programs(repository)):
        return []  # no part of the program is named after a supplier: it does not choose between several
    found: list[InspectedPlace] = []
    for source in searched(repository, programs(repository), _REMOVED):
        if not _OF_HEALTH.search(source.code):
            continue
        for hit in source.hits(_REMOVED):
            if (
                len(found) < _MOST
                and not _FAULT.search(hit.text)
                and _OF_PROVIDER.search(source.around(hit.line, 2, 2))
            ):
                found.append(source.text.place(hit.line, "takes a failing provider out, in code"))
    return found
