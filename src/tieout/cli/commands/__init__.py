"""One module a command; each loads the rooms it needs when it runs, so that --help stays fast."""
