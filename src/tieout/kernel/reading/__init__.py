"""reading: the only way tieout reads untrusted bytes (files, documents, text, secrets)."""
