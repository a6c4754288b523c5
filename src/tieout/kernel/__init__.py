"""kernel: errors, ids, clock, digests, canonical JSON, and safe reading of untrusted input."""
