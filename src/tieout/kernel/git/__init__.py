"""Reading a git repository at a commit: from a quarantine clone, by the git program, running none of it."""
