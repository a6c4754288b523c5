"""Claims triage: suggests a queue for a first notification of loss and summarises it for an adjuster."""
