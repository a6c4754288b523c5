"""Live configuration (gateways, alert rules, feature flags), read by declarative field maps."""

from tieout.collectors.config.collector import KIND, VERSION, collect, survey

__all__ = ["KIND", "VERSION", "collect", "survey"]
