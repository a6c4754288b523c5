"""Parts of the topic of containers: each answers one of its questions or two."""
