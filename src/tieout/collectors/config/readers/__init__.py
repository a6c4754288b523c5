"""Readers of configuration languages, one file each: a module that lists `READERS` is found by its being here."""

from functools import cache

from tieout.collectors.config.interface import Reader
from tieout.kernel.modules import modules_of


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader, by its name; modules of this package are scanned once."""
    found = (one for module in modules_of(__name__) for one in getattr(module, "READERS", ()))
    return tuple(sorted(found, key=lambda one: one.name))
