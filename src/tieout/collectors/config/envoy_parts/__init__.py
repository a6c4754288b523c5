"""Parts of the reader of Envoy AI Gateway's objects."""
