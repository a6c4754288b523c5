"""Lines that name a feature of a gateway and turn none on: stores, samples in guides, comments, optional layers.

They are shown where nothing is configured, so that a reader sees what was found and why it does not count.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.gateways import Feature
from tieout.inspection.reading.mentions import guides, mentions
from tieout.inspection.reading.source_code import Part, programs, searched, settings
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.patterns import compile_bytes

#: What people write of a feature, in prose.
_PROSE: Final[dict[Feature, Any]] = {
    Feature.CACHE: compile_bytes(
        r"\bcach(?:e|es|ed|ing)\b[ \w*]{0,20}\b(?:response|answer|completion|prompt|llm|model)"
        r"|\b(?:response|answer|semantic|prompt|llm|completion)s?[ -]cach",
        folded=True,
    ),
    Feature.BUDGET: compile_bytes(
        r"\b(?:cost|spend(?:ing)?|token|llm|model|api)s? (?:budget|limit|cap|control)s?\b|\bbudgets?\b"
        r"|\bdollar amounts?\b",
        folded=True,
    ),
    Feature.RATE: compile_bytes(r"\brate[ -]?limit", folded=True),
    Feature.ROUTING: compile_bytes(
        r"\bload[ -]?balanc|\brout(?:e|es|ing)\b[ \w]{0,20}\b(?:models?|providers?|llms?)\b|\bsmart routing\b",
        folded=True,
    ),
}
#: Keys of settings, in samples of guides and in files in use.
_KEYS: Final[dict[Feature, Any]] = {
    Feature.CACHE: compile_bytes(
        r"(?m)^[ \t-]*[\"']?(?:(?:response|semantic|prompt|llm|answer|completion)[-_]?cach(?:e|ing)"
        r"|cach(?:e|ing)[-_]?(?:store|responses?|directive)|cache)[\"']?[ \t]*[:=]",
        folded=True,
    ),
    Feature.BUDGET: compile_bytes(
        r"(?m)^[ \t-]*[\"']?(?:(?:(?:max|token|cost|llm|model|spend|user|team|key|provider)[-_]?)?budgets?"
        r"(?:[-_](?:store|limit|duration|config))?|spend[-_]?limits?"
        r"|cost[-_]?limits?)[\"']?[ \t]*[:=]",
        folded=True,
    ),
    Feature.RATE: compile_bytes(r"(?m)^[ \t-]*[\"']?[\w-]{0,20}rate[-_]?limit[\w-]{0,20}[\"']?[ \t]*[:=]", folded=True),
    Feature.ROUTING: compile_bytes(
        r"(?m)^[ \t-]*[\"']?(?:load[-_]?balanc\w*|routing[-_]?\w{0,20})[\"']?[ \t]*[:=]", folded=True
    ),
    Feature.FALLBACK: compile_bytes(r"(?m)^[ \t-]*[\"']?[\w-]{0,20}fall[-_]?backs?[\"']?[ \t]*[:=]", folded=True),
}
#: Programs that do something only where a setting asks for it, and parameters that share the word.
_IN_CODE: Final[dict[Feature, Any]] = {
    Feature.CACHE: compile_bytes(
        r"\b(?:if|match|when|unless)\b[^\n]{0,60}\b\w{0,20}(?:config|settings|options)\w*\.cache\b"
    ),
    Feature.BUDGET: compile_bytes(r"\b\w*(?:reasoning|thinking|token)_?budget\w*\b|\bbudget_?tokens\b", folded=True),
    Feature.RATE: compile_bytes(
        r"\b(?:if|match|when|unless)\b[^\n]{0,60}\b\w{0,20}(?:config|settings|options)\w*\.rate_?[lL]imit\w*"
    ),
}
#: A numbered list of what a program is meant to do, in a comment.
_COMMENT: Final[dict[Feature, Any]] = {
    feature: compile_bytes(
        rf"(?m)^[ \t]*(?:///?|#|\*)[!*]?[ \t]*\d+[.)][^\n]{{0,50}}\b(?:{words})[^\n]{{0,15}}$", folded=True
    )
    for feature, words in (
        (Feature.CACHE, r"cache\b|caching\b"),
        (Feature.BUDGET, r"budgets?\b|spend(?:ing)? (?:control|limit)s?\b"),
        (Feature.RATE, r"rate limit"),
        (Feature.ROUTING, r"load balanc|routing\b"),
        (Feature.FALLBACK, r"fall ?backs?\b"),
    )
}
#: Words of a README that speaks of models at all; elsewhere a cache or a budget is of something else.
_OF_MODELS = compile_bytes(r"\b(?:LLMs?|OpenAI|Anthropic|language models?|GPT|Claude|Gemini|Bedrock)\b")
#: Settings of tools, of builds and of editors.
_OF_TOOLS = re.compile(
    r"(^|/)\.[^/]+(/|$)|(^|/)(package|turbo|nx|tsconfig[^/]*|renovate|vercel|lerna|netlify)\.(json|toml)$"
    r"|(^|/)(pyproject|Cargo|ruff|tox|setup|mkdocs|docker-bake)\.\w+$",
    re.IGNORECASE,
)
_LARGEST: Final = 200_000
_MOST_SETTINGS: Final = 2


def words_of(repository: Repository, feature: Feature) -> list[InspectedPlace]:
    """A few lines that name a feature and configure nothing: settings first, then guides, then programs."""
    if not any(_OF_MODELS.search(text.data) for text in repository.texts(guides(repository)[:1])):
        return []
    return [*_stores(repository, feature), *_guides(repository, feature), *_programs(repository, feature)]


def _stores(repository: Repository, feature: Feature) -> list[InspectedPlace]:
    shows = "names it, or where it would be kept, and turns nothing on"
    files = [file for file in settings(repository) if _is_own(file)]
    return mentions(repository, files, _KEYS[feature], shows, most=_MOST_SETTINGS)


def _is_own(file: File) -> bool:
    return not _OF_TOOLS.search(file.path) and not file.name.endswith((".json", ".tf")) and file.size <= _LARGEST


def _guides(repository: Repository, feature: Feature) -> Iterator[InspectedPlace]:
    first = guides(repository)[:1]
    if feature in _PROSE:
        yield from mentions(repository, first, _PROSE[feature], "a guide speaks of it", most=1)
    yield from mentions(repository, first, _KEYS[feature], "a sample in a guide", most=1)


def _programs(repository: Repository, feature: Feature) -> Iterator[InspectedPlace]:
    yield from islice(_comments(repository, feature), 1)
    pattern = _IN_CODE.get(feature)
    shows = "a parameter of models, not a budget" if feature is Feature.BUDGET else "only where a setting asks for it"
    yield from islice(_code(repository, pattern, shows), 1) if pattern is not None else ()


def _comments(repository: Repository, feature: Feature) -> Iterable[InspectedPlace]:
    for source in searched(repository, programs(repository), _COMMENT[feature]):
        for hit in source.text.hits(_COMMENT[feature]):
            end = source.text.data.find(b"\n", hit.start + 1)
            if source.part_at(max(end - 1, hit.start)) in {Part.COMMENT, Part.DOCSTRING}:
                yield source.text.place(
                    source.text.line_at(max(end - 1, hit.start)), "said in a comment", commented=True
                )


def _code(repository: Repository, pattern: Any, shows: str) -> Iterator[InspectedPlace]:
    for source in searched(repository, programs(repository), pattern):
        for hit in source.hits(pattern, within=source.code):
            yield source.text.place(hit.line, shows, counts=False)
