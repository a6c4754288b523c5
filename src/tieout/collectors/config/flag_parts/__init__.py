"""Parts that the readers of feature flags share: which environment is production's, and what is declared of a flag."""
