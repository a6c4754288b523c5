"""Packets that are changed: sealed anew, so that all digests agree, or made anew as a whole, and some changes."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieout.assess.engine import assess
from tieout.domain.collection import Collection
from tieout.domain.packet import NOTICE, copy_name
from tieout.domain.signed_files import FOLDER
from tieout.kernel.canonical import canonical_bytes
from tieout.pipeline.assessing import load_controls
from tieout.pipeline.bag import tag_manifest_digest, write_bag
from tieout.pipeline.contents import bag_info, evidence_index, input_files, packet_contents, renderings
from tieout.pipeline.verify_text import Notice, verify_text


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def seal(packet: Path, *, oxum: bool = True) -> None:
    """Make all that counts and hashes agree again: Payload-Oxum, manifests, the digests in VERIFY.txt."""
    bag = packet / "packet"
    payload = {
        path.relative_to(bag).as_posix(): path.read_bytes() for path in (bag / "data").rglob("*") if path.is_file()
    }
    if oxum:
        info = (bag / "bag-info.txt").read_text()
        stated = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}"
        (bag / "bag-info.txt").write_text(re.sub(r"Payload-Oxum: .*", stated, info))
    old_tag = sha256((bag / "tagmanifest-sha256.txt").read_bytes())
    (bag / "manifest-sha256.txt").write_text(manifest(payload))
    tags = {path.name: path.read_bytes() for path in bag.iterdir() if path.is_file()}
    tags.pop("tagmanifest-sha256.txt")
    (bag / "tagmanifest-sha256.txt").write_text(manifest(tags))
    notice = (packet / "VERIFY.txt").read_text()
    notice = notice.replace(old_tag, sha256((bag / "tagmanifest-sha256.txt").read_bytes()))
    index = sha256(payload.get("data/evidence/index.json", b""))
    (packet / "VERIFY.txt").write_text(re.sub(r"(evidence index  )[0-9a-f]{64}", rf"\g<1>{index}", notice))


def tampered(packet: Path, change: Callable[[Path], None]) -> Path:
    """The packet, its payload changed and sealed anew."""
    change(packet / "packet" / "data")
    seal(packet)
    return packet


@dataclass(slots=True)
class Evidence:
    """What a forger changes: all else in a packet is made of it.

    Attributes:
        collection: As JSON.
        copies: Id of an item -> copy of its source.
        configuration: The copy in data/inputs.
        statements: Path under data/ -> statement or signature.
    """

    collection: Any
    copies: dict[str, bytes]
    configuration: bytes
    statements: dict[str, bytes]

    def items(self, *types: str) -> list[Any]:
        """Items of these types, or all."""
        items = [item for source in self.collection["sources"] for item in source.get("items", ())]
        return [item for item in items if not types or item["type"] in types]

    def settle(self) -> None:
        """Make the digests of facts, copies and configuration follow."""
        for item in self.items():
            item["stored_sha256"] = sha256(canonical_bytes(item["facts"]))
            if item["id"] in self.copies:
                item["copy_sha256"] = sha256(self.copies[item["id"]])
        self.collection["configuration_copy_sha256"] = sha256(self.configuration)

    def source(self, name: str) -> Any:
        """One source by its name."""
        return next(source for source in self.collection["sources"] if source["name"] == name)


def evidence_of(packet: Path) -> Evidence:
    """What a packet was made of."""
    data = packet / "packet" / "data"
    return Evidence(
        json.loads((data / "inputs" / "collection.json").read_bytes()),
        {path.parent.name: path.read_bytes() for path in (data / "evidence").glob("*/source*")},
        (data / "inputs" / "configuration.yaml").read_bytes(),
        {f"{FOLDER}/{path.name}": path.read_bytes() for path in (data / FOLDER).glob("*.json*")},
    )


def forge(packet: Path, change: Callable[[Evidence], None]) -> Path:
    """Make a packet anew by tieout's own code from changed evidence; its report alone stays as it was.

    All digests follow the change, so that nothing but the evidence contradicts itself.
    """
    evidence = evidence_of(packet)
    change(evidence)
    evidence.settle()
    collection = Collection.model_validate(evidence.collection)
    controls = load_controls()
    names = ("the forger", "the reader")
    contents = packet_contents(
        assess(collection, *controls), collection, evidence.configuration, controls, names, paper="Letter"
    )
    payload = {"evidence/index.json": evidence_index(collection)} | input_files(contents, evidence.configuration)
    for item in collection.items:
        payload[f"evidence/{item.id}/artefact.json"] = canonical_bytes(item.facts)
        if item.id in evidence.copies:
            payload[f"evidence/{item.id}/{copy_name(item.provenance.path)}"] = evidence.copies[item.id]
    payload |= evidence.statements
    contents, made, _ = renderings(contents, tuple(payload))
    payload |= made | {"report.pdf": (packet / "packet" / "data" / "report.pdf").read_bytes()}
    info = bag_info(contents)
    notice = Notice(
        subject=contents.assessment.subject,
        as_of=contents.assessment.as_of,
        packet_id=contents.packet_id,
        evidence_index_sha256=contents.evidence_index_sha256,
        digest=tag_manifest_digest(payload, info),
    )
    write_bag(packet, payload, info, {NOTICE: verify_text(notice)})
    return packet


def manifest(files: dict[str, bytes]) -> str:
    return "".join(f"{sha256(data)}  {path}\n" for path, data in sorted(files.items()))


def rewrite(path: Path, change: Callable[[Any], None], write: Callable[[Any], bytes] = canonical_bytes) -> None:
    tree = json.loads(path.read_bytes())
    change(tree)
    path.write_bytes(write(tree))


def other_oscal(data: Path) -> None:
    path = data / "oscal" / "assessment-results.json"
    path.write_bytes(path.read_bytes().replace(b"not-satisfied", b"satisfied"))


def all_satisfied(data: Path) -> None:
    def change(tree: Any) -> None:
        for entry in (*tree["controls"], *tree["rules"]):
            entry["verdict"] = "satisfied"

    rewrite(data / "inputs" / "assessment.json", change)


def milder_rules(data: Path) -> None:
    def change(tree: Any) -> None:
        for rule in tree["rules"]:
            rule["severity"] = "low"

    rewrite(data / "inputs" / "controls.json", change)


def other_facts(data: Path) -> None:
    """The collection is edited; the artefacts are as they were."""

    def change(tree: Any) -> None:
        tree["sources"][0]["items"][0]["facts"]["name"] = "Other"

    rewrite(data / "inputs" / "collection.json", change)


def other_configuration(data: Path) -> None:
    path = data / "inputs" / "configuration.yaml"
    text = path.read_bytes()
    assert b"person: Hanneke de Wit" in text
    path.write_bytes(text.replace(b"person: Hanneke de Wit", b"person: Mallory Forge"))
