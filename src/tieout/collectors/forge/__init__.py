"""What a forge (GitHub, GitLab) tells: rules of branches, reviews, runs, environments, alerts, releases, access."""

from tieout.collectors.forge.collector import KIND, VERSION, collect

__all__ = ["KIND", "VERSION", "collect"]
