"""config: tieout.yaml, its model, its loader with line numbers, its schema and its template."""
