"""The `coursekit` command: one module a command, and what a command needs is imported inside it."""

from importlib import import_module
from pkgutil import iter_modules

from coursekit.cli.app import app

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["app"]
