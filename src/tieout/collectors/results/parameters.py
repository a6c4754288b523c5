"""What an Inspect run was told to do: its settings; prompts and other texts are left out and only marked.

A prompt can hold anything that an evaluation puts before a model, patients' names included, and a packet goes to
strangers. What matters of a text for a measurement, that it is the same one, is shown by a mark.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

#: What a run records of its parameters, and where; `plan_config` is what the model was really called with.
PLACES: Final = {
    "model_generate_config": ("eval", "model_generate_config"),
    "plan_config": ("plan", "config"),
    "task_args": ("eval", "task_args"),
}
#: Settings of the connection, which say nothing of what the model was asked to do.
_CONNECTION = frozenset({"adaptive_connections", "attempt_timeout", "max_connections", "max_retries", "timeout"})
# Absolute paths, those below a home folder, and file: addresses of them.
_OWN_PATH = re.compile(r"(?:file:)?(?:[/\\]+|~[^/\\]*[/\\]+|[A-Za-z]:[/\\]+)")
_HOMES = frozenset({"home", "users", "documents and settings"})
_LONGEST_SETTING = 200
# Under these words stands what was said to the model, or about somebody.
_SAID = re.compile(
    r"(?:^|[_.-])(?:answers?|comments?|content|contexts?|descriptions?|examples?|few_?shots?|history|inputs?"
    r"|instructions?|messages?|notes?|persona|prompts?|prefix|questions?|rubrics?|stor(?:y|ies)|suffix|system|targets?"
    r"|templates?|texts?)(?:$|[_.-])"
)
# These name a text and are none: `prompt_file`, `template_version`.
_NAMED = ("file", "folder", "id", "name", "path", "sha256", "version")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KEY = b"tieout: texts left out\0"


def parameters(data: Mapping[str, Any], log: bytes) -> dict[str, Any]:
    """What the run was told, by each part of the log that says it; parts that tell only of the connection left out.

    A text is marked with its length and the first 16 hex digits of an HMAC-SHA-256, keyed by the SHA-256 of
    `_KEY` and the log: who holds the log can make the mark again, and nobody else can try out texts on it.

    Args:
        data: The parsed log.
        log: Its bytes.
    """
    found: dict[str, Any] = {}
    for name, (holder, part) in PLACES.items():
        outer = data.get(holder)
        told = outer.get(part) if isinstance(outer, dict) else None
        if isinstance(told, dict) and any(
            setting not in _CONNECTION and value is not None for setting, value in told.items()
        ):
            found[name] = settings(told, log)
    return found


def settings(told: Any, log: bytes) -> Any:
    """The settings of any tool's run, their texts marked as `parameters` marks them.

    Args:
        told: JSON values.
        log: The bytes of the file that they stand in.
    """
    return _settings(told, hashlib.sha256(_KEY + log).digest(), is_said=False)


def tail(text: str) -> str:
    """A path of the machine that evaluated without what tells of that machine: its last two parts, nobody's name."""
    root = _OWN_PATH.match(text)
    if root is None or "\n" in text:
        return text
    parts = [part for part in re.split(r"[/\\]+", text[root.end() :]) if part not in {"", ".", ".."}]
    if parts and parts[0].lower() in _HOMES:
        parts = parts[2:]  # whose folder it is says nothing of the data, and names somebody
        return "/".join(parts[-2:]) if parts else text
    return "/".join(parts[-2:]) if len(parts) > 1 else text


def _settings(value: Any, key: bytes, *, is_said: bool) -> Any:
    if isinstance(value, str):
        kept = tail(value)
        return _mark(value, key) if is_said or _is_text(kept) else kept
    if isinstance(value, list):
        return [_settings(element, key, is_said=is_said) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        _mark(name, key) if _is_text(name) else name: _settings(member, key, is_said=is_said or _leads_to_text(name))
        for name, member in value.items()
    }


def _leads_to_text(name: str) -> bool:
    word = _CAMEL.sub("_", name).lower()
    return _SAID.search(word) is not None and not word.endswith(_NAMED)


def _is_text(text: str) -> bool:
    """Whether it is words rather than a setting: names, numbers and modes have no blanks."""
    bare = text.strip()
    return len(text) > _LONGEST_SETTING or any(map(str.isspace, bare))


def _mark(text: str, key: bytes) -> str:
    if not text.strip():
        return text
    mark = hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:16]
    return f"⟨text left out: {len(text):,} characters, mark {mark}⟩"
