"""Parts of the reader of Kong's configuration."""
