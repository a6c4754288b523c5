"""Names of models: what pins one to a version, and how the same model is named by different tools."""

import re

# A day (2024-08-06, 20241022, or 0613 as month and day), a v-numbered or three-part version, a numbered
# release (-002), or a digest. 1024 is a size of embeddings far more often than the 24th of October.
_VERSION = re.compile(
    r"(?:^|[-_@:.])(?:"
    r"20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"|20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|(?!1024)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|v\d+(?:[.:]\d+)*|\d+\.\d+\.\d+|00\d|sha256:[0-9a-f]{12,64}|[0-9a-f]{40}"
    r")(?:$|[-_@:.])",
    re.IGNORECASE,
)
_MOVING = re.compile(
    r"(?:^|[-_@:/])(?:latest|newest|current|preview|stable|nightly|edge|main|master|head|default)$", re.IGNORECASE
)


def is_pinned(name: str) -> bool:
    """Whether a model reference names one version and not whatever is newest.

    A date, a `v2` or `1.0.0` version or a digest pins; `latest`, `preview`, `stable` at the end unpins.
    """
    stripped = name.strip()
    return bool(_VERSION.search(bare_model(stripped))) and not _MOVING.search(stripped)


def bare_model(name: str) -> str:
    """A model id without the provider or tool that serves it: `openai/gpt-4o-x` is `gpt-4o-x`.

    Two publishers' models of one name are one to it. What ends in a slash names no model and stays as it is,
    so that two such names never pass for the same.
    """
    stripped = name.strip()
    return stripped.rpartition("/")[2] or stripped
