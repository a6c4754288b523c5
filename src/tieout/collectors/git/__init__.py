"""A git repository at the assessed commit: its tree, history, code owners and cards."""

from tieout.collectors.git.collector import KIND, VERSION, collect

__all__ = ["KIND", "VERSION", "collect"]
