"""Loads a framework's catalog from its folder in controls/."""

from pathlib import Path

from tieout.domain.catalog import Catalog
from tieout.frameworks import read_shipped
from tieout.kernel.errors import ConfigError

CATALOG_FILE = "catalog.yaml"


def load_catalog(folder: Path) -> Catalog:
    """The catalog of one framework, such as `controls/nist-ai-rmf-1.0`.

    Raises:
        ConfigError: The file is missing or wrong, or it names another framework than its folder.
    """
    catalog = read_shipped(folder / CATALOG_FILE, Catalog)
    if catalog.framework != folder.name:
        message = f"framework: '{catalog.framework}' does not name the folder that it stands in"
        where = f"{folder.name}/{CATALOG_FILE}"
        raise ConfigError(message, hint=f"write framework: {folder.name}", where=where)
    return catalog
