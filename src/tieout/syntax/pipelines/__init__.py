"""Pipelines of continuous integration: workflows of GitHub Actions and GitLab CI, and the shell texts in them."""
