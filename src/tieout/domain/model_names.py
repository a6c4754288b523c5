"""Names of models: what pins one to a version, and how the same model is named by different tools."""

import re

# A date (2024-08-06, 20241022, 0613 after a dash), a semantic or v-numbered version, or a digest.
_VERSION = re.compile(
    r"(?:^|[-_@:.])(?:"
    r"20\d{2}-[01]\d-[0-3]\d|20\d{2}[01]\d[0-3]\d|[01]\d[0-3]\d|v\d+(?:[.:]\d+)*|\d+\.\d+\.\d+|sha256:[0-9a-f]{12,64}|[0-9a-f]{40}"
    r")(?:$|[-_@:.])",
    re.IGNORECASE,
)
_MOVING = re.compile(r"(?:^|[-_@:/])(?:latest|preview|stable|main|default)$", re.IGNORECASE)


def is_pinned(name: str) -> bool:
    """Whether a model reference names one version and not whatever is newest.

    A date, a `v2` or `1.0.0` version or a digest pins; `latest`, `preview`, `stable` at the end unpins.
    """
    return bool(_VERSION.search(bare_model(name))) and not _MOVING.search(name)


def bare_model(name: str) -> str:
    """A model id without the provider or tool that serves it: `openai/gpt-4o-x` is `gpt-4o-x`."""
    return name.rpartition("/")[2]
