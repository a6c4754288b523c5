"""Patterns for hostile text: they run on its UTF-8 bytes, as Latin-1, which RE2 scans fastest, in linear time."""

from typing import Any

import re2


def compile_bytes(pattern: str, *, folded: bool = False) -> Any:
    """An RE2 pattern for bytes (linear in the text, whatever the text is).

    Args:
        pattern: In ASCII.
        folded: Case is ignored.
    """
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.case_sensitive = not folded
    return re2.compile(pattern.encode("ascii"), options)
