"""Forms of files as several topics read them: workflows, Markdown, container files, source code."""
