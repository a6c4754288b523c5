"""collectors: one file (or package) a kind of source; each yields typed artefacts with places."""
