"""What a cell means for a field: sure or refused, and never a guess."""

import pytest

from tieout.collectors.table_cells import UNFILLED, MisfitError, value_of
from tieout.config.tables import TableSection
from tieout.kernel.reading.tables import Cell


def section(**more) -> TableSection:
    return TableSection(path="r.csv", artefact="risk_register", **more)


def text(value: str) -> Cell:
    return Cell("text", value)


@pytest.mark.parametrize(
    ("cell", "taken", "value"),
    [
        (text(" R-1 "), "text", "R-1"),
        (text("007"), "text", "007"),
        (text("n/a"), "text", "n/a"),
        (Cell("number", "7"), "text", "7"),
        (text("a; b ;;c"), "texts", ["a", "b", "c"]),
        (text("Eide, Jonas"), "texts", ["Eide, Jonas"]),
        (text("a\nb"), "texts", ["a", "b"]),
        (text("12"), "whole", 12),
        (text("-3.0"), "whole", -3),
        (Cell("number", "12"), "whole", 12),
        (text("0.95"), "number", 0.95),
        (text("1e-3"), "number", 0.001),
        (text("4000"), "number", 4000),
        (text("Yes"), "flag", True),
        (Cell("flag", "false"), "flag", False),
        (text("2026-11-22"), "day", "2026-11-22"),
        (Cell("day", "2026-11-22"), "day", "2026-11-22"),
        (Cell("time", "2026-11-22T00:00:00"), "day", "2026-11-22"),
        (text("2026-11-22"), "time", "2026-11-22"),
        (text("2026-11-22 10:00Z"), "time", "2026-11-22T10:00Z"),
        (text("2026-11-22t10:00:00+01:00"), "time", "2026-11-22T10:00:00+01:00"),
        (text("  "), "day", None),
        (text("-"), "day", UNFILLED),
        (text("TBD"), "whole", UNFILLED),
        (text("unknown"), "time", UNFILLED),
    ],
)
def test_what_is_sure_is_taken(cell: Cell, taken, value):
    found = value_of(cell, taken, section())
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        (text("3,5"), "number"), (text("1,000"), "number"), (text("90 %"), "number"), (text("nan"), "number"),
        (text("1_000"), "number"), (text("٣"), "number"), (text("1e9999"), "number"), (Cell("flag", "true"), "number"),
        (text("2.5"), "whole"), (text("٣"), "whole"), (text("²"), "whole"), (text("1e3"), "whole"),
        (text("9" * 16), "whole"), (Cell("number", "2.6"), "whole"), (Cell("day", "2026-11-22"), "whole"),
        (text("x"), "flag"), (text("1"), "flag"), (Cell("number", "1"), "flag"),
        (text("03/04/2026"), "day"), (text("22.11.2026"), "day"), (text("22 Nov 2026"), "day"), (text("46348"), "day"),
        (Cell("number", "46348"), "day"), (Cell("clock", "10:00:00"), "day"),
        (Cell("time", "2026-11-22T10:00:00"), "day"),
        (text("2026-11-22 10:00"), "time"), (Cell("time", "2026-11-22T10:00:00"), "time"), (text("10:00"), "time"),
        (Cell("clock", "10:00:00"), "time"), (Cell("number", "46348"), "time"),
        (Cell("number", "0.5", plain=False), "text"), (Cell("day", "2026-11-22"), "text"),
    ],
)  # fmt: skip
def test_what_may_be_read_in_two_ways_is_refused_and_not_quoted(cell: Cell, taken):
    with pytest.raises(MisfitError) as caught:
        value_of(cell, taken, section())
    assert cell.value not in caught.value.reason


@pytest.mark.parametrize(
    ("written", "form", "value"),
    [
        ("03/04/2026", "DD/MM/YYYY", "2026-04-03"),
        ("3/4/2026", "MM/DD/YYYY", "2026-03-04"),
        ("22.11.2026", "DD.MM.YYYY", "2026-11-22"),
        ("2026/11/22", "YYYY/MM/DD", "2026-11-22"),
        ("22 11 2026", "DD MM YYYY", "2026-11-22"),
        ("2026-11-22", "DD/MM/YYYY", "2026-11-22"),
    ],
)
def test_the_table_says_how_its_days_are_written(written: str, form: str, value: str):
    assert value_of(text(written), "day", section(date_format=form)) == value


@pytest.mark.parametrize(
    "written",
    ["31/02/2026", "04/13/2026", "1/1/26", "01-04-2026", "x01/04/2026", "01/04/2026x", "01/04/2026 10:00", "0" * 70],
)
def test_a_day_that_is_written_otherwise_is_refused(written: str):
    with pytest.raises(MisfitError):
        value_of(text(written), "day", section(date_format="DD/MM/YYYY"))


def test_times_take_the_zone_of_the_table():
    asked = section(date_format="DD/MM/YYYY", utc_offset="+01:00")
    assert value_of(text("03/04/2026 10:00"), "time", asked) == "2026-04-03T10:00+01:00"
    assert value_of(text("2026-04-03 10:00:30"), "time", asked) == "2026-04-03T10:00:30+01:00"
    assert value_of(Cell("time", "2026-04-03T10:00:00"), "time", asked) == "2026-04-03T10:00:00+01:00"
    assert value_of(text("2026-04-03T10:00:00Z"), "time", asked) == "2026-04-03T10:00:00Z"


def test_lists_may_have_a_separator_of_their_own():
    assert value_of(text("a | b;c"), "texts", section(separator="|")) == ["a", "b;c"]
