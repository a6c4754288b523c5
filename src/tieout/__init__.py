"""tieout: compliance evidence for the NIST AI RMF, every statement traced to its paper."""

__version__ = "0.1.0"
