"""Parts of the reader of Grafana's alert rules: their queries and expressions, and who is called."""
