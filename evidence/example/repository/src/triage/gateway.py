"""Talks to the LLM gateway; routes, fallbacks and limits are the gateway's business (config/gateway.yaml)."""

import os
from pathlib import Path

import httpx

PROMPTS = Path(__file__).resolve().parents[2] / "prompts"


def ask(route: str, prompt: str, text: str, adjuster: str) -> str:
    """One completion of a route; the adjuster's id travels with it, so that a call can be traced to a person.

    Raises:
        httpx.HTTPError: The gateway and all its fallbacks failed.
    """
    reply = httpx.post(
        os.environ["TRIAGE_GATEWAY_URL"] + "/v1/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["TRIAGE_GATEWAY_KEY"]},
        json={
            "model": route,
            "user": adjuster,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": (PROMPTS / f"{prompt}.md").read_text(encoding="utf-8")},
                {"role": "user", "content": text},
            ],
        },
        timeout=25,
    )
    reply.raise_for_status()
    content: str = reply.json()["choices"][0]["message"]["content"]
    return content
