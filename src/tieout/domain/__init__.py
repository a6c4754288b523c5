"""domain: what tieout speaks of, as frozen models without any input or output."""
