"""JUnit XML: tests counted one by one, and documents made to harm their reader."""

from pathlib import Path

import pytest

from support.tool_results import JUNIT, gather, is_told, item, items, told

NAME = "junit.xml"


def test_tests_are_counted_one_by_one(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {NAME: JUNIT})
    found = item(gathered, "test_report")
    facts = found.facts
    counts = tuple(facts[name] for name in ("tests", "failures", "errors", "skipped", "suites"))
    assert counts == (4, 1, 1, 1, 1)
    assert (facts["status"], facts["failed"], facts["seconds"]) == ("success", ["a.two", "a.four"], 2.5)
    assert (found.lines["/failed/0"], facts["zone_recorded"]) == (5, False)
    assert facts["completed_at"] == "2026-11-20T09:00:02.500000Z"
    assert "SECRET" not in gathered.result.model_dump_json()
    assert is_told(gathered, "does not record which tool wrote it")


def test_a_suite_that_lists_fewer_than_it_says_is_incomplete(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {NAME: JUNIT.replace('name="unit" tests="4"', 'name="unit" tests="40"')})
    assert item(gathered, "test_report").facts["status"] == "incomplete"
    assert is_told(gathered, "suite 'unit' says that it has 40 tests, and lists 4")


@pytest.mark.parametrize(
    "text", ["<testsuites/>", '<testsuite name="a"><testcase name="x"><skipped/></testcase></testsuite>']
)
def test_without_a_test_that_ran_it_is_empty(tmp_path, text) -> None:
    gathered = gather(tmp_path, {NAME: text})
    assert item(gathered, "test_report").facts["status"] == "empty"
    assert is_told(gathered, "ran no test")


ENTITIES = """<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><testsuite name="&b;"/>"""
OUTSIDE = '<!DOCTYPE testsuite SYSTEM "file:///etc/hostname"><testsuite/>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ENTITIES.replace("DOCTYPE x", "DOCTYPE testsuite"), "declares a document type"),
        (OUTSIDE, "declares a document type"),
        ("<?php x ?><testsuite/>", "processing instruction"),
        ("<testsuite><?x y?></testsuite>", "processing instruction"),
        ("<testsuite>" + "<testcase>" * 100, "nested deeper"),
        (JUNIT[:300], "is not well-formed XML"),
        ('<testsuite name="&lol;"/>', "is not well-formed XML"),
        ("<testsuite " + " ".join(f'a{number}="1"' for number in range(200)) + "/>", "more than 100 attributes"),
        (b"<testsuite>\xff\xfe</testsuite>", "is not well-formed XML"),
        ('<?xml version="1.0" encoding="made-up"?><testsuite/>', "is not well-formed XML"),
        (f'<testsuite name="{"x" * (6 << 20)}"/>', "single tag of more than"),
    ],
    ids=["entities", "outside", "start", "instruction", "deep", "cut", "undefined", "attributes", "bytes", "encoding",
         "long"],
)  # fmt: skip
def test_hostile_documents_are_refused(tmp_path, text, words) -> None:
    gathered = gather(tmp_path, {NAME: text})
    assert items(gathered, "test_report") == []
    assert any(words in reason for reason in told(gathered, "unreadable")), told(gathered)


def test_a_hundred_thousand_tests(tmp_path: Path) -> None:
    text = "<testsuite>" + '<testcase name="x"><failure/></testcase>' * 100_000 + "</testsuite>"
    facts = item(gather(tmp_path, {NAME: text}), "test_report").facts
    assert (facts["tests"], facts["failures"], len(facts["failed"])) == (100_000, 100_000, 200)


def test_another_xml_is_no_report(tmp_path: Path) -> None:
    assert is_told(gather(tmp_path, {"pom.xml": "<project><a/></project>"}), "is no result of a tool")
