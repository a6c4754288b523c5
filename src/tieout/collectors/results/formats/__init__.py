"""Formats of results, one file each: a module that lists `FORMATS` is found by its being here."""

from functools import cache

from tieout.collectors.results.interface import Format
from tieout.kernel.modules import modules_of


@cache
def known() -> tuple[Format, ...]:
    """Every format, by its name and shape; modules of this package are scanned once."""
    return tuple(
        sorted(
            (one for module in modules_of(__name__) for one in getattr(module, "FORMATS", ())),
            key=lambda one: (one.name, one.shape, one.title),
        )
    )
