"""Folders of a tree that hold another project: copied in with its own package metadata and its own licence."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

#: Where people put what they copy in; such names alone say nothing, `external/` may be a folder of one's own.
_COPIED_INTO = re.compile(r"(?:^|/)(?:externals?|submodules?|extern|deps|dependencies)/[^/]+$", re.IGNORECASE)
_LICENCE: Final = re.compile(r"(?:licen[cs]e|copying)[^/]*$", re.IGNORECASE)
_METADATA: Final = re.compile(
    r"(?:pyproject\.toml|setup\.(?:py|cfg)|package\.json|cargo\.toml|go\.mod|pom\.xml|build\.gradle(?:\.kts)?"
    r"|cmakelists\.txt|configure\.ac|meson\.build|composer\.json|[^/]+\.(?:gemspec|podspec|csproj|cabal))$",
    re.IGNORECASE,
)


def foreign_folders(paths: Iterable[str]) -> tuple[str, ...]:
    """Folders of other projects, each with a slash at its end, sorted."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        folder, _, name = path.rpartition("/")
        kind = "licence" if _LICENCE.match(name) else "metadata" if _METADATA.match(name) else ""
        if kind and _COPIED_INTO.search(folder):
            found[folder].add(kind)
    return tuple(sorted(f"{folder}/" for folder, kinds in found.items() if len(kinds) > 1))
