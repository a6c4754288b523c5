"""Kong's plugins that check prompts and answers, as guardrails."""

from collections.abc import Sequence
from typing import Final

from tieout.collectors.config.guarding import Check, against, guardrails
from tieout.collectors.config.guardrail_parts.checks import Action
from tieout.collectors.config.interface import Found
from tieout.collectors.config.kong_parts.plugins import Plugin
from tieout.collectors.config.taking import Taking
from tieout.kernel.reading.text import excerpt

#: Plugin -> what it looks for, as its description says; None: what stands in its settings, or elsewhere, decides.
GUARDS: Final = {
    "ai-prompt-guard": None,
    "ai-semantic-prompt-guard": None,
    "ai-semantic-response-guard": None,
    "ai-azure-content-safety": "harmful-content",
    "ai-aws-guardrails": None,
    "ai-gcp-model-armor": None,
    "ai-lakera-guard": "prompt-injection",
    "ai-custom-guardrail": None,
    "ai-sanitizer": "personal-data",
    "ai-pii-sanitizer": "personal-data",
}
_SANITIZERS: Final = frozenset({"ai-sanitizer", "ai-pii-sanitizer"})
#: Whether a hit may be masked instead of blocked is a setting of these.
_MAY_MASK: Final = frozenset({"ai-aws-guardrails", "ai-custom-guardrail"})
_RULES: Final = {
    "ai-prompt-guard": ("allow_patterns", "deny_patterns"),
    "ai-semantic-prompt-guard": ("allow_prompts", "deny_prompts"),
    "ai-semantic-response-guard": ("allow_responses", "deny_responses"),
}
_MODES: Final = {"INPUT": ("input",), "OUTPUT": ("output",), "BOTH": ("input", "output")}


def guards_of(plugins: Sequence[Plugin], proxies: Sequence[Plugin], taking: Taking, product: str) -> list[Found]:
    """The guardrails of one file.

    Args:
        plugins: That check something.
        proxies: Whose requests they may check.
        taking: What is told on the way.
        product: Whose they are.
    """
    found = [one for plugin in plugins if (one := _guard(plugin, proxies, taking)) is not None]
    return guardrails(product, found, taking)


def _guard(plugin: Plugin, proxies: Sequence[Plugin], taking: Taking) -> Check | None:
    config, instance = plugin.config, plugin.at.down("instance_name").text
    name = instance or plugin.name
    rules = _rules(plugin)
    if plugin.name in _RULES and not rules:
        told = f"the plugin '{excerpt(name)}' of {plugin.label} has no pattern to look for, so it does not count"
        taking.note(plugin.at, told)
        return None
    everywhere = all(plugin.covers(proxy) for proxy in proxies) if proxies else None if plugin.scope else True
    return Check(
        plugin.at,
        f"{name} of {plugin.label}",
        GUARDS[plugin.name] or _by_rules(plugin, rules) or against(instance or ""),
        _stages(plugin),
        _action(plugin, taking),
        everywhere if plugin.for_all else False,
        taking.number(config.first("search", "rules").down("threshold")),
        plugin.attached,
    )


def _rules(plugin: Plugin) -> list[str]:
    """Which of its lists are filled."""
    holder = plugin.config if plugin.name == "ai-prompt-guard" else plugin.config.down("rules")
    return [key for key in _RULES.get(plugin.name, ()) if holder.down(key).texts]


def _by_rules(plugin: Plugin, rules: list[str]) -> str | None:
    """A list of what alone may be asked keeps to a topic; what a list of refused things is against, it does not say."""
    semantic = plugin.name.startswith("ai-semantic")
    return "off-topic" if semantic and any(rule.startswith("allow_") for rule in rules) else None


def _stages(plugin: Plugin) -> tuple[str, ...]:
    if plugin.name in {"ai-prompt-guard", "ai-semantic-prompt-guard"}:
        return ("input",)
    if plugin.name == "ai-semantic-response-guard":
        return ("output",)
    mode = plugin.config.first("guarding_mode", "sanitization_mode")
    return ("input",) if mode.value is None else _MODES.get(mode.text or "", ())


def _action(plugin: Plugin, taking: Taking) -> Action | None:
    if plugin.name in _SANITIZERS:
        return "block" if taking.truth(plugin.config.down("block_if_detected")) else "mask"
    masks = plugin.name in _MAY_MASK and taking.truth(plugin.config.down("allow_masking"))
    return None if masks else "block"
