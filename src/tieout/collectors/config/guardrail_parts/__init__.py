"""Parts that the readers of guardrails share: rows of guardrails, and flows of NeMo Guardrails."""
