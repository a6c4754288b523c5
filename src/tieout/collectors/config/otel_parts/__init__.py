"""Parts of the reader of the OpenTelemetry Collector's configuration: what exporters and processors do."""
