"""assess: a pure function of evidence, controls and as-of time; no clock, no files, no network."""
