"""Names of runtime settings (dotenv, INI), and which of them may lead requests past the configured routes.

A value never becomes a fact: in such files it is as often as not a secret.
"""

import re
from typing import Final

from tieout.collectors.config.suppliers import PROVIDER_NAMES
from tieout.domain.artefacts.configuration import RuntimeSetting, RuntimeSettings
from tieout.kernel.errors import UnreadableError
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document, Kind

#: Formats that give names of settings and no typed configuration.
SETTING_KINDS: Final[frozenset[Kind]] = frozenset({"dotenv", "ini"})
MAX_SETTINGS = 10_000
"""More names than any program reads; a file that holds them is something else."""

#: Settings of tools that build or check a program; it does not run with them.
_OF_TOOLS: Final = frozenset(
    {
        ".bumpversion.cfg",
        ".coveragerc",
        ".flake8",
        ".gitmodules",
        ".pylintrc",
        "mypy.ini",
        "pytest.ini",
        "setup.cfg",
        "tox.ini",
    }
)
#: Words that tell of an address or of another name.
_ADDRESS: Final = frozenset(
    {"alias", "aliases", "base", "baseurl", "endpoint", "endpoints", "host", "hostname", "redirect", "uri", "url"}
)
#: Words that tell of models and of those who serve them, beside the names of providers.
_MODELS: Final = frozenset(
    {"ai", "anthropic", "chat", "claude", "completion", "completions", "embedding", "embeddings", "gpt", "hf"}
    | {"huggingface", "inference", "llm", "model", "models", "ollama", "openai", "vllm"}
)
#: Settings that lead requests elsewhere, or take models from elsewhere, by their whole name.
_WAYS: Final = frozenset(
    {
        "all_proxy",
        "config_file_path",
        "http_proxy",
        "https_proxy",
        "litellm_config_bucket_name",
        "litellm_config_bucket_object_key",
        "store_model_in_db",
    }
)
#: The gateway's own address: where it is reached, not whom it asks.
_OWN: Final = frozenset({"proxy_base_url"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def of_a_tool(path: str) -> bool:
    """Whether a path is that of a tool's own settings."""
    return path.rpartition("/")[2].lower() in _OF_TOOLS


def settings_of(document: Document, kind: Kind, where: str) -> tuple[RuntimeSettings, dict[str, int]]:
    """The names of a dotenv or INI document, and the line of each.

    Args:
        document: As parsed.
        kind: dotenv or ini.
        where: How errors name the file.

    Raises:
        UnreadableError: There are more of them than `MAX_SETTINGS`.
    """
    sections = {None: document.data} if kind == "dotenv" else document.data
    found: list[RuntimeSetting] = []
    lines: dict[str, int] = {}
    for section, names in sections.items():
        for name in names:
            if len(found) == MAX_SETTINGS:
                raise UnreadableError(f"holds more than {MAX_SETTINGS:,} settings", where=where)
            pointer = f"/{part_of(name)}" if section is None else f"/{part_of(section)}/{part_of(name)}"
            if pointer in document.lines:
                lines[f"/settings/{len(found)}"] = document.lines[pointer]
            found.append(RuntimeSetting(name=name, section=section, may_divert=may_divert(name, section)))
    return RuntimeSettings(settings=tuple(found)), lines


def may_divert(name: str, section: str | None = None) -> bool:
    """Whether a setting's name says that it may lead a model's requests elsewhere.

    Args:
        name: Of the variable or the option.
        section: That an option stands in; it may be what tells of a model.
    """
    plain = name.strip().casefold().replace("-", "_")
    if plain in _OWN:
        return False
    own = {word.lower() for word in _WORD.findall(name)}
    words = own | {word.lower() for word in _WORD.findall(section or "")}
    return plain in _WAYS or (not own.isdisjoint(_ADDRESS) and not words.isdisjoint(_MODELS | PROVIDER_NAMES))
