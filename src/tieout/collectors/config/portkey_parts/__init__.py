"""Parts of the reader of Portkey's configs."""
