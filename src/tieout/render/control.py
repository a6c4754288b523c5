"""Document control: which edition of the packet this is, what was fixed when it was made, who stands for it."""

from tieout.domain.packet import Contents
from tieout.kernel.clock import rfc3339
from tieout.render.model import DocumentControl, Edition, Fact
from tieout.render.words import NOT_RECORDED, UNSIGNED

_TO_SIGN = "to be signed in the sign-off at the end; empty in every packet as it is made"


def document_control(contents: Contents, release: str) -> DocumentControl:
    """What this edition is and what it stands on; nothing is said of editions that this packet cannot know.

    Args:
        contents: Everything that the renderings may say.
        release: The assessed release in words.
    """
    assessment = contents.assessment
    subject = assessment.subject
    at = f" at commit {subject.commit[:12]}" if subject.commit else ", no commit"
    collected = sum(len(source.items) for source in contents.collection.sources)
    return DocumentControl(
        editions=(
            Edition(
                packet=contents.packet_id,
                of=f"{release}{at}",
                as_of=rfc3339(assessment.as_of),
                made_with=f"tieout {assessment.tool_version}",
                state=f"As made. {UNSIGNED}.",
            ),
        ),
        supersedes=(
            f"{NOT_RECORDED}. Packets of other as-of times are packets of their own; which of them this one replaces "
            "is for the person who files it to say."
        ),
        basis=(
            Fact(name="Snapshot", value=f"{release}{at}; {collected:,} items of evidence"),
            Fact(name="Evidence index", value=contents.evidence_index_sha256, code=True),
            Fact(name="Rules version", value=f"{len(contents.rules)} rules; SHA-256 with the catalog:"),
            Fact(name="Rules digest", value=assessment.controls_sha256, code=True),
            Fact(name="Configuration", value=assessment.configuration_sha256, code=True),
        ),
        people=(
            Fact(name="Prepared by", value=contents.prepared_by),
            Fact(name="Prepared on", value="no time of making is written: the same evidence gives the same bytes"),
            Fact(name="Reviewed by", value=_TO_SIGN),
            Fact(name="Review notes", value="none are recorded here"),
        ),
    )
