"""How programs call models: limits, retries, caches and fallbacks that stand in code, and gateways elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.domain.model_names import is_pinned
from tieout.inspection.reading.source_code import (
    Part,
    SourceCode,
    groups_of,
    is_settings,
    programs,
    searched,
    settings,
)
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.patterns import compile_bytes

_NOT_A_TYPE = r"[ \t]*=[ \t]*[^=\s]|[ \t]*:[ \t]*[\"'\[{]|\("
_FALLBACK = compile_bytes(
    r"\bModelFallbackMiddleware\("
    r"|\.with_?[fF]allbacks[ \t]*\(|\b(?:default_)?fallbacks[ \t]*=[ \t]*\[|\bfallbacks[ \t]*:[ \t]*\[[ \t]*[\[{\"']"
    rf"|\b(?:self\.)?(?:(?:fallback|backup|secondary)_?(?:model|llm|provider|deployment|chat_model)s?(?:_name"
    rf"|_id)?)(?:{_NOT_A_TYPE})",
    folded=True,
)
_FALLBACK_WORD = compile_bytes(r"fallback", folded=True)
_QUOTED_WORD = compile_bytes(r"[\"'`]fallback[\"'`]", folded=True)
_DEFINED = re.compile(r"\b(?:def|function|fn|func|class|const|let|fun)\b[^=(]*fallback", re.IGNORECASE)
_OF_ELSE = re.compile(r"i18n|locale|font|image|url|route|translation", re.IGNORECASE)
_OF_MODEL = re.compile(r"model|provider|llm|decod|generat|request|route|mode", re.IGNORECASE)
_ABSENT = re.compile(
    r"^(?P<indent>[ \t]*)(?:if|elif)[ \t]+(?:not[ \t]+)?(?:self\.)?(?P<name>\w*(?:model|classifier|predictor|llm"
    r"|estimator)\w*)"
    r"(?:[ \t]+is[ \t]+(?:not[ \t]+)?None)?:[ \t]*$"
)
_ANY_ABSENT = compile_bytes(
    r"(?m:^[ \t]*(?:if|elif)[ \t]+[\w. ]*(?:model|classifier|predictor|llm"
    r"|estimator)\w*(?:[ \t]+is[ \t]+(?:not[ \t]+)?None)?:)"
)
_LITERAL = re.compile(r"[\"']([\w .,-]{4,60})[\"']")
_BRANCH: Final = 8

_ELSEWHERE = compile_bytes(
    r"\bLITELLM_[A-Z_]*(?:BASE|URL|KEY|HOST)\b|\bPORTKEY_[A-Z_]*(?:BASE|URL|KEY)\b|api\.portkey\.ai"
    r"|openrouter\.ai/api|oai\.helicone\.ai"
    r"|gateway\.ai\.cloudflare\.com|\bAI_GATEWAY_(?:URL|BASE)[A-Z_]*\b"
)
_RATE = compile_bytes(
    r"\bthrottle\([^\n]*\blimit:|\blimiter\.limit\(|\bLimiter\([^\n]*(?:limits|key_func)|\brateLimit\(\{?"
    r"|\brate_limit\([^\n]*[0-9]"
    r"|\bnew RateLimiter\w*\(|\bThrottlerModule\.|\blimit_req_zone\b|\blimit_req[ \t]|\bDEFAULT_THROTTLE_RATES\b"
    r"|\brate\.NewLimiter\(|\btollbooth\.|\bBucket4j\.|\brate_based_statement\b|\bthrottling_rate_limit\b"
    r"|\bthrottle_settings\b"
    r"|ratelimit\.average|\bRatelimit\.(?:slidingWindow|fixedWindow|tokenBucket)\(|@ratelimit\(|@RateLimiter\("
    r"|\bRateLimitMiddleware\b|\b(?:Depends|Security)\([ \t\n]*\w*[Rr]ate_?[Ll]imit\w*"
    r"|\.add_middleware\([^\n]*[Rr]ate|\b(?:max_)?requests_per_(?:minute|second|hour)\b[\"']?[ \t]*[=:][ \t]*[0-9]"
)
#: A constant or a field named for it, with a number, or with the words of a library: "200 per day".
_RATE_STATED = compile_bytes(
    r"\brate_?limits?\w*[\"']?\]?[ \t]*(?::[^=\n]{1,40})?[=:][^=\n]{0,120}[1-9]"
    r"|(?m)\b_?rate_?limits[ \t]*(?::[^=\n]{1,60})?=[ \t]*\{[ \t]*(?:#[^\n]*)?$"
    r"|[\"'][1-9][0-9]*[ \t]*(?:per|/)[ \t]*(?:second|minute|hour|day)s?\b",
    folded=True,
)
_SUPPLIERS_LIMIT = compile_bytes(
    r"\bRateLimit(?:Error|Exceeded|Exception)\b|\bThrottlingException\b|\bTooManyRequests(?:Error|Exception)\b"
)
_IMPORT = re.compile(r"^(?:import|from|require|use|using|#include|const \w+ = require|export \{)\b")
#: An answer of 429 that a program gives itself; one that it gets is compared, and not given.
_ANY_REFUSAL = compile_bytes(r"429|TOO_?MANY_?REQUESTS", folded=True)
_REFUSES = compile_bytes(
    r"\bstatus(?:_?code)?[ \t]*(?:=|:)[ \t]*(?:\w+\.){0,3}(?:HTTP_)?(?:429|TOO_?MANY_?REQUESTS)\w*"
    r"|\b(?:HTTPException|error)\([ \t\n]*(?:\w+\.){0,3}(?:HTTP_)?429|\.(?:status|sendStatus)\([ \t]*429"
    r"|\b(?:WriteHeader|Error)\([^\n()]{0,120}\bStatusTooManyRequests\b"
    r"|\bAbort\w*\([ \t]*(?:http\.StatusTooManyRequests|429)",
    folded=True,
)
#: A count that is held against a limit, near above.
_TOO_OFTEN = compile_bytes(
    r"\b(?:if|elif|unless|when)\b[^\n]{0,160}[<>]=?[ \t]*(?:\w+\.){0,4}"
    r"\w*(?:limit|max|per_?(?:minute|hour|second|day)|quota)\w*"
    # What counts by itself, asked whether one more is let in.
    r"|\b(?:if|elif|unless|when)\b[^\n]{0,80}\b\w*limiter\w*\.\w*(?:allow|acquire|check|hit|consume|test|limit)\w*\(",
    folded=True,
)
_OF_SIZE: Final = re.compile(rb"size|length|bytes|data|len\(", re.IGNORECASE)
_ABOVE: Final = 14
_CACHE = compile_bytes(
    r"\bset_llm_cache\(|\blitellm\.cache[ \t]*=[ \t]*\w|\bGPTCache\(|\bRedisSemanticCache\(|\bInMemoryCache\(\)"
    r"|\bSemanticCache\("
)
_BUDGET = compile_bytes(
    r"\blitellm\.max_budget[ \t]*=|\bBudgetManager\(|resource[ \t]+\"aws_budgets_budget\"|azurerm_consumption_budget"
)
_CLIENT = compile_bytes(
    r"\b(?:Async)?(?:AzureOpenAI|OpenAI|Anthropic|AnthropicBedrock|Groq|Mistral|Cohere)\(|\bChat(?:OpenAI"
    r"|Anthropic|Bedrock\w*|VertexAI|"
    r"LiteLLM|Groq)\(|\bAzureChatOpenAI\(|\binit_chat_model\(|\blitellm\.a?completion\("
    r"|\bAnthropic::\w*Client\.new\(|\bOpenAI::Client\.new\("
)
_PATIENCE = compile_bytes(
    r"\b(?:request_?timeout|timeout|max_?retries|num_retries)\w*[\"']?(?:[ \t]*(?:=>|[=:])[ \t]*(?P<value>[\w.]+))?",
    folded=True,
)
#: Values by which nothing is limited and nothing tried again.
_NO_PATIENCE: Final = frozenset({"none", "null", "nil", "undefined", "false", "0"})
_NAMED = compile_bytes(
    r"[\"'](?P<name>(?:[a-z0-9_-]+[/.:])*(?:gpt-[0-9]|chatgpt-|o[134]-|claude-|gemini-|mistral-|command-r"
    r"|text-embedding-|titan-embed|deepseek-)"
    r"[A-Za-z0-9.:@_-]*)[\"']"
)
#: Where a name is given to something that calls a model, and where it is only compared.
_CALLED = re.compile(r"(?:model|engine|deployment)\w*[\"']?\s*(?::|=|=>|,|\()(?!=)", re.IGNORECASE)
_COMPARED = re.compile(
    r"==|!=|startswith|hasprefix|includes\(|\.match|\.test\(|\bin\b|\bcase\b|\bwhen\b|type=|choices"
    r"|encoding_?for_?model\(",  # counts tokens, and calls nothing
    re.IGNORECASE,
)
#: A key of a mapping right before, and the head of a mapping.
_GIVEN: Final = re.compile(rb"[\"'\w\])][ \t]*(?::|=>)[ \t]*$")
_MAP: Final = re.compile(
    r"^[ \t]*(?:export |const |let |var |self\.)*(?P<name>\w+)[ \t]*(?::[^={]{1,80})?=[ \t]*(?:\w+\()?\{[ \t]*$"
)
_OF_CHOICE: Final = re.compile(r"model|llm|deployment|engine", re.IGNORECASE)
_OF_OFFER: Final = re.compile(
    r"pric|cost|rate|size|window|limit|context|token|support|availab|allow|known|alias|label|name", re.IGNORECASE
)
_KEY_BEFORE: Final = 80
_TALLEST_MAP: Final = 25
_PAST = re.compile(r"(^|/)(\.github|migrations?|seed(er|s)?|scripts?|\.agents|\.claude|\.cursor)/", re.IGNORECASE)
_CATALOG: Final = 12
_ANY_FALLBACK = compile_bytes(r"fallback|backup_?model|secondary_?(?:model|llm|provider)", folded=True)


@dataclass(frozen=True, slots=True)
class Named:
    """A model that a program or a setting names."""

    place: InspectedPlace
    name: str
    pinned: bool


def fallbacks_in_code(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines of programs that name another model to take over."""
    for source in searched(repository, programs(repository), _ANY_FALLBACK):
        for hit in source.hits(_FALLBACK):
            says_else = any(sign.search(hit.text) for sign in (_DEFINED, _IMPORT, _OF_ELSE))
            if source.part_at(hit.start) is Part.CODE and not says_else:
                yield source.text.place(hit.line, "another model takes over, in code")


def answers_without_model(repository: Repository) -> Iterator[tuple[InspectedPlace, str]]:
    """(place, literal) where a program goes on without its model: the branch where there is none, and what it says."""
    for source in searched(repository, (f for f in programs(repository) if f.name.endswith(".py")), _ANY_ABSENT):
        lines = source.stated.decode("utf-8", "replace").split("\n")
        for index, line in enumerate(lines):
            start = _ABSENT.match(line)
            if start is None:
                continue
            found = _branch_without(lines, index, start)
            if found is not None:
                at, literal = found
                yield source.text.place(at + 1, "what is answered without the model"), literal


def _branch_without(lines: list[str], index: int, start: "re.Match[str]") -> tuple[int, str] | None:
    """Line and literal of the branch that runs where there is no model, if the other one calls it."""
    name, indent = start["name"], start["indent"]
    without = " not " in lines[index].replace("is not None", "") or lines[index].rstrip().endswith("is None:")
    branches: list[list[int]] = [[], []]
    at = 0
    for number in range(index + 1, min(index + 1 + _BRANCH, len(lines))):
        text = lines[number]
        if text.strip() and not text.startswith((indent + " ", indent + "\t")):
            if text.strip() == "else:" and text.startswith(indent) and at == 0:
                at = 1
                continue
            break
        branches[at].append(number)
    present, absent = (branches[1], branches[0]) if without else (branches[0], branches[1])
    calls = any(re.search(rf"\b{re.escape(name)}\s*[.(]", lines[number]) for number in present)
    for number in absent if calls else ():
        literal = _LITERAL.search(lines[number])
        if literal and not re.search(r"\b(?:raise|log\w*\.|print)\b", lines[number]):
            return number, literal[1]
    return None


def fallback_words(repository: Repository) -> Iterator[tuple[int, InspectedPlace]]:
    """(rank, place) of lines with the word that configure nothing: names of a feature first, then definitions."""
    for source in searched(repository, programs(repository), _FALLBACK_WORD):
        told: set[int] = set()
        for hit in source.text.hits(_FALLBACK_WORD):
            is_word = source.part_at(hit.start) in {Part.COMMENT, Part.DOCSTRING}
            if hit.line in told or is_word or _IMPORT.match(hit.text) or hit.text.startswith("<"):
                continue
            told.add(hit.line)
            quoted = bool(_QUOTED_WORD.search(hit.text.encode()))
            rank = 2 if not _OF_MODEL.search(hit.text) else 0 if quoted else 1 if _DEFINED.search(hit.text) else 2
            shows = "names the feature" if quoted else "the word, for something else"
            yield rank, source.text.place(hit.line, shows, counts=False)


def gateways_elsewhere(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines of programs and settings that reach a gateway whose configuration is not here."""
    for source in searched(repository, programs(repository), _ELSEWHERE):
        for hit in source.hits(_ELSEWHERE):
            yield source.text.place(hit.line, "calls a gateway whose configuration is not here")
            break


def rate_limits_in_code(repository: Repository) -> Iterator[tuple[InspectedPlace, bool]]:
    """Lines of programs, servers' settings and infrastructure that limit how often one may ask.

    Yields:
        The line, and whether the program counts by itself there instead of leaving that to a library or a server.
    """
    files = [*programs(repository), *(f for f in settings(repository) if _serves(f))]
    for source in searched(repository, files, _RATE):
        for hit in source.hits(_RATE):
            if not _IMPORT.match(hit.text):
                yield source.text.place(hit.line, "limits how often one may ask"), False
    for source in searched(repository, programs(repository), _ANY_REFUSAL):
        for hit in source.hits(_REFUSES, within=source.code):
            above = source.around(hit.line, _ABOVE, 1)
            counted = [found for found in _TOO_OFTEN.finditer(above) if not _OF_SIZE.search(found.group())]
            if counted:
                yield source.text.place(hit.line, "refuses who asks too often"), True
                line = max(hit.line - _ABOVE, 1) + above[: counted[-1].start()].count(b"\n")
                yield source.text.place(line, "what is counted, and against what"), True


def rates_stated(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines of programs and settings that say how often one may ask, where something else limits it."""
    files = [*programs(repository), *(f for f in settings(repository) if _serves(f))]
    for source in searched(repository, files, _RATE_STATED):
        for hit in source.hits(_RATE_STATED):
            yield source.text.place(hit.line, "how often")


def suppliers_limits(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines that speak of the limit of a supplier that a program runs into: none of the service itself."""
    for source in searched(repository, programs(repository), _SUPPLIERS_LIMIT):
        for hit in source.hits(_SUPPLIERS_LIMIT, within=source.code):
            if not _IMPORT.match(hit.text):
                yield source.text.place(hit.line, "a supplier's limit that the program meets", counts=False)
                break


def caches_in_code(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines of programs that keep answers of models."""
    yield from _hits(repository, programs(repository), _CACHE, "keeps answers of the model, in code")


def budgets_in_code(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines of programs and infrastructure that set a budget."""
    yield from _hits(repository, [*programs(repository), *settings(repository)], _BUDGET, "sets a budget")


def patience_in_code(repository: Repository) -> Iterator[tuple[InspectedPlace, bool]]:
    """(place, whether it sets a timeout or retries) of every client of a model that a program makes."""
    for source in searched(repository, programs(repository), _CLIENT):
        for hit in source.hits(_CLIENT, within=source.code):
            sets = _is_patient(source.arguments(hit.start))
            yield (
                source.text.place(hit.line, "client of a model" + (", with a timeout or retries" if sets else "")),
                sets,
            )


def _is_patient(arguments: bytes) -> bool:
    """Whether a client is given a limit of time or retries; `None` and `0` are none."""
    given = [groups_of(match).get("value", "") for match in _PATIENCE.finditer(arguments)]
    return any(value.lower() not in _NO_PATIENCE for value in given)


def models_named(repository: Repository) -> Iterator[Named]:
    """Models that programs and settings name; a file that names very many is a catalogue of what is offered."""
    files = [f for f in (*programs(repository), *settings(repository)) if not _PAST.search(f.path)]
    for source in searched(repository, files, _NAMED):
        of_models = "model" in source.text.path.rpartition("/")[2].lower()
        hits = [hit for hit in source.hits(_NAMED) if not hit.text.startswith(("//", "#", "*"))]
        if len({hit.groups["name"] for hit in hits}) > _CATALOG:
            continue
        for hit in hits:
            name = hit.groups["name"]
            if source.part_at(hit.start - 1) is Part.STRING:
                continue  # within a longer text
            is_called = of_models or _CALLED.search(hit.text) or _is_chosen(source, hit.start, hit.line)
            if is_called and not _COMPARED.search(hit.text):
                pinned = is_pinned(name)
                yield Named(source.text.place(hit.line, "pinned" if pinned else "not pinned"), name, pinned)


def _is_chosen(source: SourceCode, start: int, line: int) -> bool:
    """Whether a name is a value of a mapping that is named for models, from which a program chooses by its own words.

    A key is none, and a mapping of prices, sizes or what is offered calls nothing.
    """
    before = source.stated[max(start - _KEY_BEFORE, 0) : start]
    if not _GIVEN.search(before):
        return False
    above = source.around(line, _TALLEST_MAP, 0).decode("utf-8", "replace").split("\n")[:-1]
    for written in reversed(above):
        opened = _MAP.match(written)
        if opened is not None:
            return _OF_CHOICE.search(opened["name"]) is not None and not _OF_OFFER.search(opened["name"])
        if not written.strip() or written.lstrip().startswith(("}", "]", "def ", "class ")):
            return False
    return False


def _serves(file: File) -> bool:
    return is_settings(file) and not file.name.endswith(".json")


def _hits(repository: Repository, files: list[File], pattern: Any, shows: str) -> Iterator[InspectedPlace]:
    for source in searched(repository, files, pattern):
        yield from _places(source, pattern, shows)


def _places(source: SourceCode, pattern: Any, shows: str) -> Iterator[InspectedPlace]:
    for hit in source.hits(pattern):
        if not _IMPORT.match(hit.text):
            yield source.text.place(hit.line, shows)
