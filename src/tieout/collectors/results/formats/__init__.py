"""Formats of results, one file each: a module that lists `FORMATS` is found by its being here."""

import importlib
import pkgutil
from functools import cache

from tieout.collectors.results.interface import Format


@cache
def known() -> tuple[Format, ...]:
    """Every format, by its name and shape; modules of this package are scanned once."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(
        sorted(
            (one for module in modules for one in getattr(module, "FORMATS", ())),
            key=lambda one: (one.name, one.shape, one.title),
        )
    )
