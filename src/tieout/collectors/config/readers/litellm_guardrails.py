"""Guardrails of a LiteLLM proxy's configuration -> guardrail_config; its routes are read by a field map.

Modes and `default_on`: https://docs.litellm.ai/docs/proxy/guardrails/quick_start. One that is not on by default runs
only for requests that name it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.collectors.config.documents_of import documents_of
from tieout.collectors.config.guarding import against
from tieout.collectors.config.guardrail_parts.checks import Action, Checks
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.said_off import said_off
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_STAGES: Final = {
    "during_call": "input",
    "during_mcp_call": "tool",
    "post_call": "output",
    "post_mcp_call": "tool",
    "pre_call": "input",
    "pre_mcp_call": "tool",
}
_LOGS: Final = "logging_only"
#: Kinds of guardrail by their type, where the type says it.
_TYPES: Final = {
    "azure/prompt_shield": "prompt-injection",
    "azure/text_moderations": "harmful-content",
    "hide-secrets": "secrets",
    "lakera": "prompt-injection",
    "lakera_v2": "prompt-injection",
    "model_armor": "harmful-content",
    "openai_moderation": "harmful-content",
    "presidio": "personal-data",
}
#: They refuse a request or an answer with a hit, unless they are told to let it through.
_BLOCKERS: Final = frozenset(
    {"aim", "aporia", "azure/prompt_shield", "azure/text_moderations", "bedrock", "lakera", "lakera_v2"}
    | {"model_armor", "openai_moderation", "panw_prisma_airs"}
)
#: Older settings: callbacks that look at each request.
_CALLBACKS: Final[dict[str, tuple[str, Action | None]]] = {
    "aporia_prompt_injection": ("prompt-injection", "block"),
    "azure_content_safety": ("harmful-content", "block"),
    "detect_prompt_injection": ("prompt-injection", "block"),
    "google_text_moderation": ("harmful-content", "block"),
    "hide_secrets": ("secrets", "mask"),
    "lakera_prompt_injection": ("prompt-injection", "block"),
    "llamaguard_moderations": ("harmful-content", "block"),
    "llmguard_moderations": ("harmful-content", "block"),
    "openai_moderations": ("harmful-content", "block"),
    "presidio": ("personal-data", "mask"),
}


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(next(_places(Cursor.top(document)), None) is not None for document in documents_of(file, b"litellm_"))


def _places(top: Cursor) -> Iterator[Cursor]:
    """The guardrails of a proxy, in the forms that it has had; nothing of another product's file."""
    rows = list(top.down("guardrails").rows())
    yield from (row for row in rows if "guardrail_name" in row.value and "litellm_params" in row.value)
    settings = top.down("litellm_settings")
    yield from settings.down("guardrails").rows()
    callbacks = settings.down("callbacks")
    yield from (one for one in (callbacks, *callbacks.elements()) if one.text in _CALLBACKS)


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> list[Found]:
    checks = Checks("LiteLLM")
    for document in documents_of(file, b"litellm_"):
        for place in _places(Cursor.top(document)):
            if place.text:
                kind, action = _CALLBACKS[place.text]
                checks.add(place, place.text, kind, ("input",), action=action, always_on=True)
            elif "guardrail_name" in place.value:
                _take(place, checks)
            else:
                _older(place, checks)
    return checks.rows.found()


def _take(row: Cursor, checks: Checks) -> None:
    settings = row.down("litellm_params")
    name = row.down("guardrail_name").text or settings.down("guardrail").text
    kind = settings.down("guardrail").text
    if name is None or kind is None:
        checks.rows.drop(row, "a guardrail cannot be judged: it has no 'guardrail_name' or no 'guardrail'")
        return
    if off := said_off(row, settings, row.down("guardrail_info")):
        checks.rows.drop(off[0], f"the guardrail '{excerpt(name)}' cannot be judged: {off[1]}")
        return
    mode = settings.down("mode")
    modes = (mode.down("default") if isinstance(mode.value, dict) else mode).texts
    if _LOGS in modes and len(modes) == 1:
        checks.rows.note(row, f"'{excerpt(name)}' looks at what is logged, and at no request or answer")
        return
    unknown = [one for one in modes if one not in _STAGES and one != _LOGS]
    if unknown or not modes:
        checks.rows.note(mode, f"where '{excerpt(name)}' looks is not told by its mode")
    on = settings.down("default_on")
    if on.value is not None and on.truth is None:
        checks.rows.note(on, f"whether '{excerpt(name)}' is on by default is neither true nor false")
    checks.add(
        row,
        name,
        _TYPES.get(kind) or against(kind, name),
        [_STAGES[one] for one in modes if one in _STAGES],
        action=_action(settings, kind),
        always_on=False if on.value is None else None if isinstance(mode.value, dict) else on.truth,
        threshold=settings.down("threshold").number,
    )


def _action(settings: Cursor, kind: str) -> Action | None:
    """What it does with a hit, where its settings or its type say so; several that differ say nothing."""
    told = (settings.down("on_flagged_action").text or settings.down("on_flagged").text or "").lower()
    if told in {"monitor", "log"} or settings.down("monitor_mode").truth is True:
        return "flag"
    if told == "block":
        return "block"
    entities = {(one.text or "").upper() for one in settings.down("pii_entities_config").members()}
    if entities:
        return "mask" if entities == {"MASK"} else "block" if entities == {"BLOCK"} else None
    if kind in {"presidio", "hide-secrets"}:
        return "mask"
    if settings.down("mask_request_content").truth or settings.down("mask_response_content").truth:
        return "mask"
    return "block" if kind in _BLOCKERS else None


def _older(row: Cursor, checks: Checks) -> None:
    """The first form: name -> callbacks, and whether it is on by default."""
    for one in row.members():
        callbacks = one.down("callbacks").texts
        if one.down("logging_only").truth is True:
            checks.rows.note(one, f"'{excerpt(one.key)}' looks at what is logged, and at no request or answer")
        elif off := said_off(one):
            checks.rows.drop(off[0], f"the guardrail '{excerpt(one.key)}' cannot be judged: {off[1]}")
        elif not callbacks:
            checks.rows.drop(one, f"the guardrail '{excerpt(one.key)}' cannot be judged: it has no 'callbacks'")
        else:
            known = [_CALLBACKS[name] for name in callbacks if name in _CALLBACKS]
            kind = known[0][0] if len(known) == 1 else against(one.key, *callbacks)
            action = known[0][1] if len(known) == 1 else None
            on = one.down("default_on")
            always = False if on.value is None else on.truth
            checks.add(one, one.key, kind, ("input",) if known else (), action=action, always_on=always)


READERS = (
    Reader(
        "litellm-guardrails",
        "LiteLLM's guardrails",
        ("guardrail_config",),
        _suits,
        _recognises,
        _read,
        beside="litellm",
    ),
)
