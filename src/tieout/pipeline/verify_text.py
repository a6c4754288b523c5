"""VERIFY.txt: how a stranger checks a packet with sha256sum alone, and which digest matches which bytes."""

from dataclasses import dataclass
from datetime import datetime

from tieout.domain.collection import Subject
from tieout.domain.statements import NAMESPACE
from tieout.kernel.clock import rfc3339
from tieout.kernel.reading.text import display_path


@dataclass(frozen=True, slots=True)
class Notice:
    """What the text says of one packet; all of it stands in the bag, so that the text can be made again from it.

    Attributes:
        subject: System, release and commit.
        as_of: The instant that the packet speaks of.
        packet_id: Name of the packet.
        evidence_index_sha256: SHA-256 of data/evidence/index.json.
        digest: SHA-256 of packet/tagmanifest-sha256.txt.
    """

    subject: Subject
    as_of: datetime
    packet_id: str
    evidence_index_sha256: str
    digest: str


def verify_text(notice: Notice) -> bytes:
    """The text that goes beside the bag."""
    return f"""How to verify this packet without tieout
=========================================

System    {display_path(notice.subject.name)} ({display_path(notice.subject.system_id)})
Release   {display_path(notice.subject.release or "none at this commit")}
Commit    {notice.subject.commit or "no repository"}
As of     {rfc3339(notice.as_of)}
Packet    {notice.packet_id}

SIGNATURE: UNSIGNED unless packet.dsse.json beside this packet verifies.
Without a signature the steps below show that nothing was changed by accident
since the packet was made; they do not show who made it.

1. The whole packet has one digest: the SHA-256 of packet/tagmanifest-sha256.txt.
   Compare it with the value that you were given by another way:

       {notice.digest}

       sha256sum packet/tagmanifest-sha256.txt

2. Check every file (any tool for BagIt 1.0, RFC 8493, will do the same; where
   there is no sha256sum, `shasum -a 256` takes its place):

       cd packet
       sha256sum -c tagmanifest-sha256.txt
       sha256sum -c manifest-sha256.txt

   Every line must end in OK, and data/ must hold no other file than the
   manifest lists:

       find data ! -type d | sort | diff - <(cut -d' ' -f3- manifest-sha256.txt | sort)

3. Which digest matches which bytes
   stored_sha256   data/evidence/<id>/artefact.json, the facts as assessed
   copy_sha256     data/evidence/<id>/source.*, the source after redaction
   source_digest   the source as it was read: `gitblob:` is what
                   `git rev-parse COMMIT:PATH` prints in the repository,
                   `sha256:` is what sha256sum prints. Where `redactions`
                   is empty, sha256sum or `git hash-object` prints it for
                   the copy, too (but for a byte order mark, which a copy
                   does not have); elsewhere something was redacted, or a
                   character that acts on a terminal was made visible.
                   Of a log in a folder it is the digest of a listing: what
                   `sha256sum FILE…` prints for its files, in the order of
                   their paths. `gitcommit:` names the commit that was read
   evidence index  {notice.evidence_index_sha256}
                   data/evidence/index.json, also on the report's cover

4. Do it again: data/inputs/ holds all that the assessment was made from
   (collection, rules, configuration, as-of time, period, tool version); run.json
   there names the SHA-256 of the others, configuration_copy_sha256 that of the
   configuration after redaction. The version of tieout that made the packet
   assesses that again, derives facts again from the copies in data/evidence/ and
   the configuration, makes the OSCAL documents, the page and the report again,
   and names every difference in bytes (a report differs, too, where another
   version of WeasyPrint, Pango or HarfBuzz sets it):

       tieout verify --reperform .

   What the packet does not hold cannot be done again from it: logs, results and
   the repository with its history. It counts the evidence items of these; whether
   their facts are what stands in the sources, the sources alone tell, by the
   digests of step 3.

5. Statements that people signed, where data/inputs/attestations/ is there: the
   evidence index names the files of each item (`statement`, `signature`), as they
   were read, and allowed_signers holds the keys of the roster by their holders.
   OpenSSH 8.9 or newer says whose key each signature is of, and that it fits:

       cd packet/data/inputs/attestations
       for one in *.json; do
         echo "$one"
         who=$(ssh-keygen -Y find-principals -f allowed_signers -s "$one.sig" | head -n 1)
         ssh-keygen -Y verify -f allowed_signers -I "$who" -n {NAMESPACE} \\
           -s "$one.sig" < "$one"
       done

   It shows that the holder of the key signed these bytes, not that the key was
   theirs: ask them for it. What else stands against a statement (revoked, expired,
   a file that changed since) is among its facts. One in which something had to be
   masked is not in the packet, nor is a revocation that a later commit took out.
""".encode()
