"""Modules that are found by standing in a package: adding one is adding a file."""

import importlib
import pkgutil
from types import ModuleType


def modules_of(package: str) -> list[ModuleType]:
    """The modules of a package, imported, by their names.

    Args:
        package: Full name of an imported or importable package of ours.
    """
    path = importlib.import_module(package).__path__
    return [
        importlib.import_module(f"{package}.{name}") for name in sorted(one.name for one in pkgutil.iter_modules(path))
    ]
