"""Settings of a program's own that say how long, or how often, a model is asked: sections of YAML and constants."""

import re
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import is_settings, programs, searched, settings
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_SUPPLIER: Final = (
    r"(?:azure_?)?openai|anthropic|ollama|bedrock|gemini|vertex(?:ai)?|mistral|cohere|groq|llama_?cpp|vllm|llm"
)
#: A key of a limit with a number above nought, or one that an environment may replace: `${OPENAI_TIMEOUT:600}`.
_KEY: Final = compile_bytes(
    r"(?m)^(?P<indent>[ \t]+)(?P<key>request_?timeout|timeout(?:_seconds|_s)?|max_?retries|num_retries)[ \t]*:[ \t]*"
    r"[\"']?(?:\$\{\w+(?:,\w+)*:-?)?(?:0*[1-9][0-9]*(?:\.[0-9]+)?|0?\.[0-9]*[1-9])",
    folded=True,
)
_SECTION: Final = re.compile(
    rf"^[ \t]*[\"']?(?:{_SUPPLIER})(?:[-_](?:settings|config|client))?[\"']?[ \t]*:[ \t]*$", re.IGNORECASE
)
#: A constant or a field that is named for both.
_CONSTANT: Final = compile_bytes(
    r"\b(?P<name>\w*(?:llm|openai|anthropic|completion|chat_?model)\w*(?:retries|retry_attempts|timeout)\w*)[ \t]*"
    r"(?::[^=\n]{1,60})?=[ \t]*[^=\n]{0,80}[1-9]",
    folded=True,
)
_OF_ELSE: Final = re.compile(r"download|load_|startup|health|lock", re.IGNORECASE)
_MOST: Final = 5
_FARTHEST: Final = 40


def limits_in_settings(repository: Repository) -> list[InspectedPlace]:
    """Limits under a supplier's or a model's name in settings in use, whose key some program in use reads."""
    found: list[tuple[str, InspectedPlace]] = []
    files = [file for file in settings(repository) if file.name.endswith((".yaml", ".yml")) and is_settings(file)]
    for source in searched(repository, files, _KEY):
        for hit in islice(source.hits(_KEY), 4 * _MOST):
            above = source.around(hit.line, _FARTHEST, 0).decode("utf-8", "replace").split("\n")[:-1]
            if _SECTION.match(_head(above, len(hit.groups["indent"]))):
                found.append((hit.groups["key"], source.text.place(hit.line, "a limit of the call of a model")))
    if not found:
        return []
    read = pattern_of_names((key for key, _ in found), r"\.")
    keys = {
        hit.groups["name"] for source in searched(repository, programs(repository), read) for hit in source.hits(read)
    }
    return [place for key, place in found if key in keys][:_MOST]


def named_limits(repository: Repository) -> list[InspectedPlace]:
    """Constants of programs in use that are named for a model and a limit; whether they are followed is not told."""
    found = (
        source.text.place(hit.line, "how often, or how long")
        for source in searched(repository, programs(repository), _CONSTANT)
        for hit in source.hits(_CONSTANT)
        if not _OF_ELSE.search(hit.groups["name"])
    )
    return list(islice(found, _MOST))


def _head(above: list[str], depth: int) -> str:
    """The nearest line above that stands less deep: what the section is called."""
    for line in reversed(above):
        if line.strip() and len(line) - len(line.lstrip()) < depth:
            return line
    return ""
