"""Readers of configuration languages, one file each: a module that lists `READERS` is found by its being here."""

import importlib
import pkgutil
from functools import cache

from tieout.collectors.config.interface import Reader


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader, by its name; modules of this package are scanned once."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(
        sorted((one for module in modules for one in getattr(module, "READERS", ())), key=lambda one: one.name)
    )
