"""What a packet says beside the assessment itself: identity, retention, digests; input of every rendering."""

from pathlib import PurePosixPath
from typing import Final, Literal

from pydantic import Field

from tieout.domain.assessment import Assessment
from tieout.domain.base import Model
from tieout.domain.catalog import Catalog
from tieout.domain.collection import Collection
from tieout.domain.evidence import Said
from tieout.domain.retention import RetentionBlock
from tieout.domain.rules import Rule

Paper = Literal["Letter", "A4"]

#: Folder of the bag in a packet's folder, and the file beside it that says how to check it.
BAG = "packet"
NOTICE = "VERIFY.txt"
#: Folder beside tieout.yaml in which collections and the store are kept.
WORK_FOLDER = ".tieout"


#: Endings of what no browser or desk runs; HTML, SVG, XML with a style sheet and scripts are not among them.
_INERT: Final = frozenset(
    {"bmp", "cfg", "cff", "conf", "csv", "docx", "gif", "hcl", "ini", "jpeg", "jpg", "json", "jsonl", "log", "markdown"}
    | {"md", "ndjson", "odp", "ods", "odt", "pdf", "png", "pptx", "properties", "rst", "sarif", "tf", "tfvars", "tif"}
    | {"tiff", "toml", "tsv", "txt", "webp", "xlsx", "yaml", "yml"}
)


class Contents(Model):
    """Everything the renderings of one packet are made from; nothing else may reach them."""

    packet_id: str = Field(description="stable: the same input gives the same id")
    assessment: Assessment
    collection: Collection
    catalog: Catalog
    rules: tuple[Rule, ...]
    retention: RetentionBlock
    prepared_by: Said = Field(default="not recorded here", description="person or role that made the packet")
    prepared_for: Said = Field(default="not recorded here")
    paper: Paper = Field(default="Letter", description="page size of the report")
    evidence_index_sha256: str = Field(description="SHA-256 of data/evidence/index.json")
    oscal_sha256: str = Field(default="", description="SHA-256 over the digests of the OSCAL set; '' while it is made")


def copy_name(path: str) -> str:
    """File name of an item's redacted source copy in a packet: `source` and the ending of the original.

    Behind any ending but those of plain data, documents and pictures stands `.txt`, also where there is none: whoever
    opens a copy in a browser sees a text, and nothing of it is run.
    """
    ending = PurePosixPath(path).suffix
    if ending[1:].lower() in _INERT:
        return f"source{ending}"
    return f"source{ending}.txt" if ending[1:].isalnum() and ending.isascii() else "source.txt"


def is_copy_name(name: str) -> bool:
    """Whether a name is one that `copy_name` gives, so that no packet brings a copy that is run when it is opened."""
    first, *endings = name.split(".")
    is_named = first == "source" and len(endings) in {1, 2} and all(one.isascii() and one.isalnum() for one in endings)
    return is_named and (endings[-1].lower() in _INERT if len(endings) == 1 else endings[-1] == "txt")
