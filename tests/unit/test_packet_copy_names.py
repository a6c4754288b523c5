"""Names of copies in a packet: what a browser or a desk would run ends on .txt there; data and documents do not."""

import pytest

from tieout.domain.packet import copy_name, is_copy_name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("records/policy.yaml", "source.yaml"),
        ("a/RISKS.CSV", "source.CSV"),
        ("system-card.md", "source.md"),
        ("infra/main.tf", "source.tf"),
        ("approvals/board.pdf", "source.pdf"),
        ("scan.sarif", "source.sarif"),
    ],
)
def test_data_and_documents_keep_their_ending(path: str, name: str) -> None:
    assert copy_name(path) == name


RUN = (
    "html HTM xhtml shtml svg svgz xml xsl rdf js mjs mht hta swf php py sh bat cmd ps1 exe desktop url lnk eml "
    "docm xlsm unknown1"
)


@pytest.mark.parametrize("ending", RUN.split())
def test_what_may_be_run_ends_on_txt(ending: str) -> None:
    assert copy_name(f"reports/page.{ending}") == f"source.{ending}.txt"


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile",
        ".env",
        "page.",
        "page.htm\u200bl",
        "page.html/",
        "page.<b>",
        "page.html ",
        "page.ht\u212al",
        "x.svg?a",
    ],
)
def test_an_ending_that_is_none_gives_a_text(path: str) -> None:
    """A browser looks into a file without an ending, and may take it for a page."""
    assert copy_name(path) in {"source.txt", "source.html.txt"}


@pytest.mark.parametrize("path", ["a.yaml", "A.CSV", "x.html", "Dockerfile", "b.pdf", "c.txt", "d.svg"])
def test_each_name_of_a_copy_is_one(path: str) -> None:
    assert is_copy_name(copy_name(path))


OTHERS = (
    "source source.html source.svg source.txt.html source.a.b.txt source..txt source.yaml/x x.txt source.html.TXT "
    "../source.txt"
)


@pytest.mark.parametrize("name", [*OTHERS.split(), "", "source.\u212aml"])
def test_another_name_is_none(name: str) -> None:
    assert not is_copy_name(name)
