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

MAX_TABLE_CELLS: Final = 500_000
"""Filled cells of a table that people keep; as many values as a record may have."""

MAX_TABLE_TEXT: Final = 20_000_000
"""Characters of all its cells: a workbook may name one long text half a million times."""

MAX_CELL: Final = 32_767
"""Characters of one cell; no more fit into one of Excel's."""

MAX_PACKAGE_PARTS: Final = 2_000
MAX_PART_BYTES: Final = 64 * 1024 * 1024
"""Unpacked bytes of one part of a workbook that is read."""

MAX_PACKAGE_BYTES: Final = 512 * 1024 * 1024
"""Unpacked bytes that all parts of a workbook claim, those that nobody reads included."""

MAX_XML_BYTES: Final = 64 * 1024 * 1024
MAX_XML_ELEMENTS: Final = 2_000_000
MAX_XML_DEPTH: Final = 64
MAX_XML_TOKEN: Final = 4 * 1024 * 1024
"""Bytes of one tag or comment: Expat looks at an unfinished one again with every piece that comes."""

MAX_DATABASE_BYTES: Final = 256 * 1024 * 1024
"""Bytes of a database that is read, and of the values that one of its tables gives."""

MAX_DATABASE_ROWS: Final = 200_000
"""Rows of one table that are read."""

TABLE_SECONDS: Final = 30.0
"""Wall time that one table may take: half a million cells of a workbook take up to ten seconds."""

MAX_LINED_JSON: Final = 1_000_000
"""Largest JSON document, characters, whose values are given their lines."""

MAX_EXACT_INTEGER: Final = 2**53 - 1
"""Largest whole number that RFC 8785 can carry; beyond it the digits are kept as a string."""

WORKER_MEMORY_BYTES: Final = 512 * 1024 * 1024
"""Address space of the parser's process."""

DATABASE_MEMORY_BYTES: Final = 768 * 1024 * 1024
"""Address space of the process that reads a database: it holds it twice while it opens it."""

PIECES_SECONDS: Final = 60.0
"""Wall time that a document may take which comes in pieces; 64 MiB of XML take some eight."""

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
