"""Parts of the topic of dependencies: each answers one of its questions or two."""
