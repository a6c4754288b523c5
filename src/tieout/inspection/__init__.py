"""What can be shown from a repository alone: `topics/` answers the questions, `reading/` knows the file formats."""
