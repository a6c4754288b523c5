"""The documents of a file of configuration, those that ConfigMaps in it carry as text among them."""

from tieout.collectors.config.interface import ConfigFile
from tieout.domain.paths import OWN, classify
from tieout.kernel.reading.documents import Document
from tieout.syntax.embedded import carried


def documents_of(file: ConfigFile, *words: bytes) -> list[Document]:
    """Every document in its order; what a ConfigMap carries and calls an example or a test is left out.

    One that cannot be parsed is left out too: which format it would be is not known.

    Args:
        file: As read.
        words: A file in which one of them is missing carries nothing that is sought, and is not searched for it.
    """
    sought = b"ConfigMap" in file.data and all(word in file.data for word in words)
    found: list[Document] = []
    for document in file.documents:
        found.append(document)
        within = carried(document, file.data, file.path) if sought else ()
        found.extend(one.document for one in within if one.document is not None and classify(one.name) in OWN)
    return found
