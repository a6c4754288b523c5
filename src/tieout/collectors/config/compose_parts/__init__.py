"""Parts of the reader of Compose files, by what settings are about."""
