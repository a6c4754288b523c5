"""store: evidence kept by content, an append-only log of what happened to it, and proof that both are whole."""

from tieout.store.batch import Batch
from tieout.store.checkpoints import Checkpoint, parse_checkpoint
from tieout.store.commitments import commitment
from tieout.store.leaves import Leaf, LeafCollector, LeafRetention, LeafSource, LeafType, LoggedLeaf
from tieout.store.storage import OS_STORAGE, OsStorage, Storage
from tieout.store.store import Store

__all__ = [
    "OS_STORAGE",
    "Batch",
    "Checkpoint",
    "Leaf",
    "LeafCollector",
    "LeafRetention",
    "LeafSource",
    "LeafType",
    "LoggedLeaf",
    "OsStorage",
    "Storage",
    "Store",
    "commitment",
    "parse_checkpoint",
]
