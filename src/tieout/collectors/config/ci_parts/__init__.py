"""Parts of the readers of continuous integration: the files of a source, facts with their places, words of commands."""
