"""Packets that are changed: sealed anew, so that all digests agree, and some of the changes themselves."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tieout.kernel.canonical import canonical_bytes


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
