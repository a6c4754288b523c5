"""The pages on sources and records name every format and artefact, with what it reads, shows and cannot show."""

import re
from collections.abc import Iterator

import pytest

from conftest import ROOT
from tieout.config.kinds import KINDS, RECORDS

SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
RECORD_PAGE = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
#: How the last column of a table is headed that tells the limits of what its rows are about.
LIMITS = ("cannot show", "does not show")
#: Columns without the name and the limits: what is read or made, and what it gives or shows.
FEWEST_OTHERS = 2


def rows() -> Iterator[tuple[str, list[str]]]:
    """Name cell and the other cells of each row of a table that tells limits."""
    wanted = False
    for line in SOURCES.splitlines():
        if not line.startswith("|"):
            wanted = False
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[-1] in LIMITS:
            wanted = True
        elif wanted and set(line) - set("|- "):
            yield cells[0], cells[1:]


def described() -> dict[str, list[list[str]]]:
    """Name -> rows that are about it; of a first cell that is blank, the row above names it."""
    found: dict[str, list[list[str]]] = {}
    last: list[str] = []
    for name, others in rows():
        last = re.findall(r"`([a-z0-9_-]+)`", name) or last
        for one in last:
            found.setdefault(one, []).append(others)
    return found


@pytest.mark.parametrize("form", sorted({*KINDS["config"].formats, *KINDS["results"].formats, *KINDS["log"].formats}))
def test_each_format_is_told_with_what_it_reads_and_what_it_cannot_show(form: str) -> None:
    told = described().get(form, [])
    assert told, f"no table of docs/sources.md that ends in '{LIMITS[0]}' has a row for `{form}`"
    assert all(len(others) > FEWEST_OTHERS and all(others) for others in told)


@pytest.mark.parametrize("artefact", sorted({*KINDS["forge"].provides, *KINDS["git"].provides}))
def test_each_artefact_of_a_kind_without_formats_is_told_with_its_limits(artefact: str) -> None:
    told = described().get(artefact, [])
    assert told
    assert all(all(others) for others in told)


def test_each_artefact_that_any_source_gives_is_named_beside_a_format() -> None:
    cells = " ".join(cell for others in described().values() for row in others for cell in row)
    given = {one for kind in ("config", "results", "log") for one in KINDS[kind].provides}
    headings = re.findall(r"give(?:s)? `([a-z_]+)`", SOURCES)
    assert {one for one in given if f"`{one}`" not in cells and one not in headings} == set()


@pytest.mark.parametrize("record", sorted(RECORDS))
def test_each_record_has_its_fields_and_says_how_it_is_declared(record: str) -> None:
    sections = re.split(r"Declared as `provides: \[(\w+)(?:/\w+)?\]`\.\n", RECORD_PAGE)
    told = dict(zip(sections[1::2], sections[2::2], strict=True)).get(record)
    assert told is not None, f"docs/records.md has no section for `{record}`"
    assert "| field | needed | takes | means |" in told
    assert re.search(r"```(?:yaml|markdown)\n", told) is not None


def test_what_records_cannot_show_is_said() -> None:
    assert "An approval is a claim, not a signature." in RECORD_PAGE
    assert "**What it does not show.**" in RECORD_PAGE  # of attestations
    assert "**answers no rule**" in RECORD_PAGE  # documents as they are
