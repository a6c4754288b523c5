"""Languages that people configure in, as typed structure with lines: pure readers that judge nothing."""
