"""Files of a repository that decide what a model is told and which model answers: prompts and gateway configuration."""

import re
from collections.abc import Iterable, Sequence

from tieout.collectors.patterns import is_pattern, paths_meant
from tieout.domain.evidence import PathClass
from tieout.domain.paths import classify

_FOLDER = re.compile(r"(?:^|/)prompts?/", re.IGNORECASE)
_FILE = re.compile(
    r"(?:^|/)[^/]{0,80}(?:gateway|litellm|prompts?|guardrails?)\b[^/]{0,40}\.(?:json|toml|ya?ml|md|txt|j2|jinja2?)$",
    re.IGNORECASE,
)
#: A template of a prompt is a prompt; what stands in these places tells no production model anything.
_NOT_USED = frozenset({PathClass.TEST, PathClass.EXAMPLE, PathClass.DOCUMENTATION})


def deciding(paths: Iterable[str], configured: Sequence[str]) -> list[str]:
    """Those of the paths that decide answers, sorted.

    Args:
        paths: Of files, from the top of the repository.
        configured: Files, folders or patterns in it that sources give gateway configuration from.

    Raises:
        ConfigError: A pattern has too many wildcards.
    """
    patterns = [paths_meant(place, where="sources") for place in configured if is_pattern(place)]
    places = [place for place in configured if place and not is_pattern(place)]
    return sorted(
        path
        for path in paths
        if any(path == place or path.startswith(f"{place}/") for place in places)
        or any(pattern.fullmatch(path) for pattern in patterns)
        or ((_FOLDER.search(path) is not None or _FILE.search(path) is not None) and classify(path) not in _NOT_USED)
    )
