"""Names of models: what pins one to a version, and how the same model is named by different tools."""

import re

_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_DATE = re.compile(rf"(?:^|[-_@:.])20\d\d(?:-{_MONTH}-{_DAY}|{_MONTH}{_DAY})(?!\d)")
# Month and day, or year and month, of a snapshot: gpt-4-0613, mistral-large-2407. 1024 is a size of
# embeddings far more often than the 24th of October.
_SHORT_DATE = re.compile(rf"-(?!1024)(?:{_MONTH}{_DAY}|2\d{_MONTH})$")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$|@[0-9a-f]{40}$")
# `v3` alone is a family (deepseek-v3) that its maker may serve anew; a point, or a colon, makes it a version.
_VERSION = re.compile(r"[-@:]v\d+(?:\.\d+)+(?::\d+)?$|-v\d+:\d+$|[-@]0\d{2}$|[@:]\d+\.\d+\.\d+$")
_BEDROCK = re.compile(r"^bedrock/.*-v\d+$")
_MOVING = re.compile(
    r"(?:^|[-_@:/])(?:latest|newest|current|preview|stable|nightly|edge|main|master|head|default)$", re.IGNORECASE
)


def is_pinned(name: str) -> bool:
    """Whether a model reference names one version and not whatever is newest.

    A date, a version such as `v3.0`, `:1.4.2` or `-002`, or a whole digest pins; a pattern does not, nor does
    a name that ends in `latest`, `preview` or the like, whatever stands before.
    """
    stripped = name.strip()
    if "*" in stripped or _MOVING.search(stripped):
        return False
    bare = bare_model(stripped)
    return _BEDROCK.search(stripped) is not None or any(
        mark.search(bare) for mark in (_DATE, _SHORT_DATE, _DIGEST, _VERSION)
    )


def bare_model(name: str) -> str:
    """A model id without the provider or tool that serves it: `openai/gpt-4o-x` is `gpt-4o-x`.

    Two publishers' models of one name are one to it. What ends in a slash names no model and stays as it is,
    so that two such names never pass for the same.
    """
    stripped = name.strip()
    return stripped.rpartition("/")[2] or stripped
