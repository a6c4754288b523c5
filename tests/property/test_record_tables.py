"""A register says the same in YAML, in CSV and in a workbook that another program wrote."""

import csv
import io
import tempfile
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from support.collecting import AS_OF, in_folder, only_item, source, write
from tieout.collectors.placeholders import is_mark, names_nobody, says_nothing
from tieout.collectors.records import collect
from tieout.domain.artefacts.rows import Taken, rows_of

APPROVAL = {"owner": "Ada Ferri", "approver": "Ben Okoro", "approved_on": "2026-11-03", "review_due": "2027-02-03"}
#: Rows as YAML has them, each of a record of its own.
CASES = {
    "risk_register": {"tolerance": 8},
    "inventory": {},
    "incident_log": {},
}


def _is_kept(text: str) -> bool:
    """Words that say nothing stand in tables and in YAML for different things: that is tested apart."""
    return text == text.strip() and not (is_mark(text) or says_nothing(text) or names_nobody(text))


WORDS = st.text(st.sampled_from("abcxyzÄß漢 ,;\t\"'=-+@#:|.0123456789"), min_size=1, max_size=30).filter(_is_kept)
MEMBERS = st.lists(
    st.text(st.sampled_from("abc /.-12,"), min_size=1, max_size=12).filter(_is_kept), min_size=1, max_size=3
)
DAYS = st.dates(date(1900, 3, 1), date(2026, 11, 1))
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2026, 11, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001 - a sheet has no zone
VALUES: dict[Taken, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "texts": MEMBERS,
    "whole": st.integers(-(10**9), 10**9),
    "day": DAYS,
    "time": TIMES,
}


@st.composite
def registers(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A record's name and its rows, optional fields left out here and there."""
    name = draw(st.sampled_from(sorted(CASES)))
    found = rows_of(name)
    assert found is not None
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        row = {}
        for field, taken in found.columns.items():
            if found.model.model_fields[field].is_required() or draw(st.booleans()):
                row[field] = draw(VALUES[taken])
        rows.append(row)
    return name, rows


def facts(name: str, ending: str, content: bytes, options: dict[str, Any] | None = None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder), {f"sources/{name}.{ending}": content})
        section = source("records", provides=(name,), options=options or {})
        return only_item(in_folder(collect, root, section, as_of=AS_OF)).facts


def in_yaml(name: str, rows: list[dict[str, Any]]) -> bytes:
    field = rows_of(name).field
    told = [{key: _yaml(value) for key, value in row.items()} for row in rows]
    data = {"artefact": name, **APPROVAL, **CASES[name], field: told}
    return yaml.safe_dump(data, allow_unicode=True, width=10_000).encode()


def _yaml(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def in_csv(name: str, rows: list[dict[str, Any]], delimiter: str, mark: str) -> bytes:
    columns = [*rows_of(name).columns]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows([[_csv(row.get(column)) for column in columns] for row in rows])
    return (mark + stream.getvalue()).encode()


def _csv(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else str(_yaml(value))


def in_workbook(name: str, rows: list[dict[str, Any]], *, from_1904: bool) -> bytes:
    columns = [*rows_of(name).columns]
    book = openpyxl.Workbook()
    if from_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    sheet.title = "A list"
    sheet.append([column.replace("_", " ").title() for column in columns])
    for number, row in enumerate(rows, start=2):
        for at, column in enumerate(columns, start=1):
            value = row.get(column)
            cell = sheet.cell(number, at)
            if isinstance(value, str | list):
                cell.value = ";".join(value) if isinstance(value, list) else value
                cell.data_type = "s"  # a text that begins with = is no formula
            elif value is not None:
                cell.value = value
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book.save(stream)
    return stream.getvalue()


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(registers(), st.sampled_from(",;\t"), st.sampled_from(["", "\ufeff"]), st.sampled_from([1900, 1904]))
@example(("inventory", [{"system_id": "=1+1", "status": "-1", "models": ["a,b"]}]), ";", "", 1904)
def test_a_register_says_the_same_in_every_form(register, delimiter: str, mark: str, epoch: int):
    name, rows = register
    if epoch == 1904:  # there is no day before its first
        rows = [{key: max(value, _first(value)) for key, value in row.items()} for row in rows]
    expected = facts(name, "yaml", in_yaml(name, rows))
    table = {"artefact": name, "fields": CASES[name], "utc_offset": "Z", **APPROVAL}
    names = {",": "comma", ";": "semicolon", "\t": "tab"}
    as_csv = {"tables": [{**table, "path": f"{name}.csv", "delimiter": names[delimiter]}]}
    assert facts(name, "csv", in_csv(name, rows, delimiter, mark), as_csv) == expected
    as_workbook = {"tables": [{**table, "path": f"{name}.xlsx"}]}
    assert facts(name, "xlsx", in_workbook(name, rows, from_1904=epoch == 1904), as_workbook) == expected


def _first(value: Any) -> Any:
    if isinstance(value, datetime):
        return datetime(1904, 1, 2)  # noqa: DTZ001 - a sheet has no zone
    return date(1904, 1, 2) if isinstance(value, date) else value
