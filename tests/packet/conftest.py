"""The sample packet, rendered once for all tests of the renderings."""

import logging
from pathlib import Path

import pytest

from packet import sample
from tieout.domain.retention import RetentionBlock
from tieout.domain.verdicts import Verdict
from tieout.render.html import render_page
from tieout.render.model import PacketView
from tieout.render.pdf import Attachment, render_pdf
from tieout.render.view import build_view

ATTACHMENTS = (
    Attachment("assessment-results.json", b'{"results": 1}', "Source", "OSCAL assessment results", "application/json"),
    Attachment("evidence-index.json", b'{"index": 2}', "Data", "Evidence index", "application/json"),
)


@pytest.fixture(scope="session")
def view() -> PacketView:
    return build_view(sample.contents(), sample.files())


@pytest.fixture(scope="session")
def page(view: PacketView) -> str:
    return render_page(view).decode()


@pytest.fixture(scope="session")
def report(view: PacketView, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF; what its maker warns of fails the tests that ask for it."""
    warned: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            warned.append(record.getMessage())

    listener = Listener(logging.WARNING)
    logging.getLogger("weasyprint").addHandler(listener)
    try:
        data = render_pdf(view, sample.contents().retention, ATTACHMENTS)
    finally:
        logging.getLogger("weasyprint").removeHandler(listener)
    assert warned == []
    path = tmp_path_factory.mktemp("report") / "report.pdf"
    path.write_bytes(data)
    return path


@pytest.fixture(scope="session")
def bare_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """On A4, a packet of which nothing is known: no evidence, no rules, no commit, no retention."""
    contents = sample.contents()
    controls = tuple(
        control.model_copy(update={"rules": (), "evidence": (), "verdict": Verdict.NOT_ASSESSED, "severity": None})
        for control in contents.assessment.controls
    )
    subject = contents.assessment.subject.model_copy(update={"release": None, "commit": None, "committed_at": None})
    nothing = {"controls": controls, "rules": (), "problems": (), "subject": subject}
    retention = RetentionBlock(record_id="R-1", title="A record")
    bare = contents.model_copy(
        update={
            "assessment": contents.assessment.model_copy(update=nothing),
            "collection": contents.collection.model_copy(update={"sources": ()}),
            "rules": (),
            "retention": retention,
        }
    )
    path = tmp_path_factory.mktemp("bare") / "report.pdf"
    path.write_bytes(render_pdf(build_view(bare), retention, paper="A4"))
    return path
