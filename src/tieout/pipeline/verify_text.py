"""VERIFY.txt: how a stranger checks a packet with sha256sum alone, and which digest matches which bytes."""

from tieout.domain.packet import Contents
from tieout.kernel.clock import rfc3339
from tieout.kernel.reading.text import display_path


def verify_text(contents: Contents, digest: str) -> bytes:
    """The text that goes beside the bag.

    Args:
        contents: What the packet was made from.
        digest: SHA-256 of packet/tagmanifest-sha256.txt.
    """
    assessment = contents.assessment
    return f"""How to verify this packet without tieout
=========================================

System    {display_path(assessment.subject.name)} ({display_path(assessment.subject.system_id)})
Release   {display_path(assessment.subject.release or "none at this commit")}
Commit    {assessment.subject.commit or "no repository"}
As of     {rfc3339(assessment.as_of)}
Packet    {contents.packet_id}

SIGNATURE: UNSIGNED unless packet.dsse.json beside this packet verifies.
Without a signature the steps below show that nothing was changed by accident
since the packet was made; they do not show who made it.

1. The whole packet has one digest: the SHA-256 of packet/tagmanifest-sha256.txt.
   Compare it with the value that you were given by another way:

       {digest}

       sha256sum packet/tagmanifest-sha256.txt

2. Check every file (any tool for BagIt 1.0, RFC 8493, will do the same):

       cd packet
       sha256sum -c tagmanifest-sha256.txt
       sha256sum -c manifest-sha256.txt

   Every line must end in OK, and data/ must hold no other file than the
   manifest lists:

       find data -type f | sort | diff - <(cut -d' ' -f3- manifest-sha256.txt | sort)

3. Which digest matches which bytes
   stored_sha256   data/evidence/<id>/artefact.json, the facts as assessed
   copy_sha256     data/evidence/<id>/source.*, the source after redaction
   source_digest   the source as it was read: `gitblob:` is what
                   `git rev-parse COMMIT:PATH` prints in the repository,
                   `sha256:` is what sha256sum prints; it differs from
                   copy_sha256 where something was redacted
   evidence index  {contents.evidence_index_sha256}
                   data/evidence/index.json, also on the report's cover

4. Do it again: data/inputs/ holds all that the assessment was made from
   (collection, rules, as-of time, period, tool version). The same version of
   tieout gives the same bytes from the same input.
""".encode()
