"""Parts of the topic of access: each answers one of its questions or two."""
