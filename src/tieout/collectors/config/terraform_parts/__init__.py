"""Terraform's configuration as settings that protect or lay open, and as periods for which stores keep."""
