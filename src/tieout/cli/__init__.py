"""cli: the only room that talks to a terminal; one file a command."""
