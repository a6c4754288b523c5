"""The lines of a report that is written as JSON lines, in pieces and with bounds."""

from collections.abc import Iterator

from tieout.analytics.lines import LineReader, StoppedError
from tieout.kernel.errors import UnreadableError


def lines_of(reader: LineReader, where: str, *, most: int) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each line that is not blank.

    Args:
        reader: Over the open file.
        where: The file, safe to print.
        most: Lines that are read at most.

    Raises:
        UnreadableError: A line is too long, or there are too many.
    """
    try:
        for batch in reader.batches():
            if batch.too_long:
                message = f"the line has {batch.too_long:,} bytes, which is too long"
                raise UnreadableError(message, where=f"{where}:{batch.line}")
            if reader.count > most:
                message = f"has more than {most:,} lines"
                raise UnreadableError(message, where=where)
            for number, line in enumerate(batch.lines, start=batch.line):
                if line.strip():
                    yield number, line
    except StoppedError as error:
        raise UnreadableError(str(error), where=where) from None
