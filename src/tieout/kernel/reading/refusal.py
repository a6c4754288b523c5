"""What the readers refuse: the caps, and the exception that the parsers raise inside their process."""

from typing import Final

MAX_BYTES: Final = 32 * 1024 * 1024
"""Largest file that is read at once, bytes; logs are streamed instead."""

MAX_PARSED_BYTES: Final = {
    "yaml": 5_000_000,
    "json": MAX_BYTES,
    "toml": 2_000_000,
    "ini": 1_000_000,
    "dotenv": 1_000_000,
    "csv": MAX_BYTES,
}
"""Largest document that is parsed, bytes a kind."""

MAX_DEPTH: Final = 64
"""Deepest nesting of lists and mappings in a document."""

MAX_YAML_NODES: Final = 500_000
"""Values of a YAML stream; with the size caps it keeps the verdict of the clock out of honest files."""

MAX_EXPANDED_NODES: Final = 100_000
"""Nodes of a YAML stream that uses aliases, counted as if every alias were written out."""

MAX_EXPANDED_TEXT: Final = 20_000_000
"""Characters of such a stream, counted the same way: few nodes may repeat one long text."""

MAX_CSV_ROWS: Final = 1_000_000
MAX_CSV_CELLS: Final = 5_000_000
"""Cells of all rows; rows alone would not bound the memory."""

MAX_LINED_JSON: Final = 1_000_000
"""Largest JSON document, characters, whose values are given their lines."""

MAX_EXACT_INTEGER: Final = 2**53 - 1
"""Largest whole number that RFC 8785 can carry; beyond it the digits are kept as a string."""

WORKER_MEMORY_BYTES: Final = 512 * 1024 * 1024
"""Address space of the parser's process."""

JOB_SECONDS: Final = 5.0
"""Wall time that one document may take."""


class RefusedError(Exception):
    """A document breaks a rule of ours or of its format.

    Args:
        reason: A plain sentence that quotes no values, because values may be secrets.
        line: 1-based line, where known.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
