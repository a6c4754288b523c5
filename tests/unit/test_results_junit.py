"""JUnit XML: tests counted one by one, and documents made to harm their reader."""

from pathlib import Path

import pytest

from support.tool_documents import JUNIT
from support.tool_results import gather, is_told, item, items, told

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


MARKED = '<testsuite name="m" {}><testcase name="a">{}</testcase><testcase name="b"/><testcase name="c"/></testsuite>'
STATED = '<testsuite name="t" {}><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (STATED.format('tests="2" failures="3"'), "suite 't' says that 3 tests failed or broke, and 1 are listed"),
        (STATED.format('tests="2" failures="1" errors="1"'), "suite 't' says that 2 tests failed or broke"),
        (f'<testsuites failures="9">{STATED.format("")}</testsuites>', "says that 9 tests failed or broke, and 1"),
        (f'<testsuite name="o" errors="2">{STATED.format("")}</testsuite>', "suite 'o' says that 2 tests failed"),
        (f'<testsuites>{STATED.format("")}<testsuite name="u" errors="2"/></testsuites>', "suite 'u' says that 2"),
        (MARKED.format('failures="3"', "<failure/><rerunFailure/><rerunFailure/>"), "'m' says that 3 tests failed"),
        (MARKED.format('failures="3"', "<failure/><failure/><failure/>"), "'m' says that 3 tests failed"),
        (MARKED.format('errors="2"', "<rerunError/><rerunFailure/>"), "'m' says that 2 tests failed"),
        (MARKED.format('skipped="2"', "<skipped/>"), "suite 'm' says that 2 tests were skipped, and 1 are listed"),
        (f'<testsuites skipped="9">{STATED.format("")}</testsuites>', "says that 9 tests were skipped, and 0 are"),
    ],
)
def test_failures_that_are_said_and_not_listed_are_no_success(tmp_path, text, words) -> None:
    gathered = gather(tmp_path, {NAME: text})
    assert item(gathered, "test_report").facts["status"] == "incomplete"
    assert any(words in reason for reason in told(gathered, "unreadable"))


def test_more_tests_in_all_than_are_listed_are_told(tmp_path) -> None:
    gathered = gather(tmp_path, {NAME: f'<testsuites tests="10">{STATED.format("")}</testsuites>'})
    assert item(gathered, "test_report").facts["status"] == "incomplete"
    assert is_told(gathered, "says that it has 10 tests, and lists 2")


@pytest.mark.parametrize(
    "text",
    [
        STATED.format('tests="2" failures="1" errors="0"'),
        f'<testsuites tests="2" failures="1">{STATED.format("")}</testsuites>',
        f'<testsuite name="o" tests="2" failures="1">{STATED.format("")}</testsuite>',
        '<testsuite failures="1" errors="1"><testcase name="a"><failure/><error/></testcase></testsuite>',
        MARKED.format('failures="1"', "<failure/><rerunFailure/><rerunFailure/>"),
        MARKED.format('skipped="1"', "<skipped/>"),
        f'<testsuites skipped="1"><testsuite skipped="1">{MARKED.format("", "<skipped/>")}</testsuite></testsuites>',
        MARKED.replace('"b"', '"b" status="notrun"').format('skipped="1"', ""),
    ],
)
def test_sums_that_agree_are_a_success(tmp_path, text) -> None:
    gathered = gather(tmp_path, {NAME: text})
    assert item(gathered, "test_report").facts["status"] == "success"
    assert not told(gathered, "unreadable")


@pytest.mark.parametrize(
    "case",
    ['<testcase name="x" status="failed"/>', '<testcase name="x" result="failed"/>',
     '<testcase name="x"><rerunFailure/></testcase>', '<testcase name="x"><rerunError/></testcase>'],
)  # fmt: skip
def test_a_failure_without_its_usual_mark_is_one(tmp_path, case) -> None:
    facts = item(gather(tmp_path, {NAME: f"<testsuite>{case}</testsuite>"}), "test_report").facts
    assert (facts["failures"], facts["failed"]) == (1, ["x"])


def test_tests_that_were_run_again_and_names_that_stand_twice_are_told(tmp_path) -> None:
    cases = '<testcase name="x"/><testcase name="x"><flakyFailure/></testcase><testcase name="y" status="run"/>'
    gathered = gather(tmp_path, {NAME: f"<testsuite>{cases}</testsuite>"})
    assert item(gathered, "test_report").facts["failures"] == 0
    assert is_told(gathered, "1 of 3 tests failed at first and passed when they were run again")
    assert is_told(gathered, "1 of 3 tests have the name of another test of their suite")
    usual = gather(tmp_path, {NAME: JUNIT})
    assert not is_told(usual, "run again")
    assert not is_told(usual, "the name of another")
