"""Path patterns of a source (`2026-*/gateway.jsonl`): one meaning for the collector and for the dry run."""

import re

import re2

from tieout.kernel.errors import ConfigError

_WILD = re.compile(r"[*?]")
_MAX_PATTERN = 1_000
_MAX_STARS = 8  # of one segment
_MAX_DOUBLE_STARS = 4


def is_pattern(path: str) -> bool:
    """Whether a path has a `*` or `?`."""
    return _WILD.search(path) is not None


def split_pattern(path: str) -> tuple[str, str]:
    """A path as a folder to open and, where it has `*` or `?`, the pattern below that folder."""
    parts = path.split("/")
    first = next((index for index, part in enumerate(parts) if is_pattern(part)), None)
    if first is None:
        return path, ""
    return "/".join(parts[:first]) or ".", "/".join(parts[first:])


def paths_meant(pattern: str, *, where: str) -> "re2._Regexp[str]":
    """The paths that a pattern means, matched in time linear in their length.

    `*` and `?` stay within one folder, and `**/` stands for any number of folders.

    Args:
        pattern: Below the view's root.
        where: How an error names the source.

    Raises:
        ConfigError: The pattern is too long or has too many wildcards.
    """
    stars = max(segment.count("*") for segment in pattern.replace("**/", "/").split("/"))
    if len(pattern) > _MAX_PATTERN or stars > _MAX_STARS or pattern.count("**/") > _MAX_DOUBLE_STARS:
        message = "the pattern in its path is too long or has too many wildcards"
        hint = f"use at most {_MAX_STARS} * between two slashes and at most {_MAX_DOUBLE_STARS} times **/"
        raise ConfigError(message, hint=hint, where=where)
    known = {"**/": "(?:[^/]+/)*", "?": "[^/]", "*": "[^/]*", "**": "[^/]*"}
    pieces = re.split(r"(\*\*/|\*\*?|\?)", pattern)
    return re2.compile("".join(known.get(piece) or re.escape(piece) for piece in pieces))
