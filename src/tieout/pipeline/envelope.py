"""The signature beside a packet: whether it has the form of a DSSE envelope (its signatures are not checked here)."""

import base64
import binascii
import json
from typing import Any

LARGEST = 1024**2  # an envelope holds a statement of a few lines and a few signatures


def envelope_problem(data: bytes) -> str | None:
    """Why bytes are no DSSE 1.0 envelope, in a few words; None where they have its form.

    Base64 must be canonical: a flipped bit in the slack of its last character would otherwise go unseen.
    """
    try:
        envelope: Any = json.loads(data)
    except (ValueError, RecursionError):
        return "is not JSON" if data.strip() else "is empty"
    if not isinstance(envelope, dict) or not isinstance(envelope.get("payloadType"), str):
        return "has no payloadType"
    if not _is_base64(envelope.get("payload")):
        return "has no payload in canonical base64"
    return _signatures_problem(envelope.get("signatures"))


def _signatures_problem(signatures: Any) -> str | None:
    if not isinstance(signatures, list) or not signatures:
        return "holds no signature"
    if not all(isinstance(entry, dict) and _is_base64(entry.get("sig")) for entry in signatures):
        return "has a signature that is not canonical base64"
    return None


def _is_base64(text: Any) -> bool:
    """Whether a text is the one spelling of some bytes, in the usual or in the URL-safe alphabet."""
    if not isinstance(text, str) or not text:
        return False
    try:
        content = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return text in {base64.b64encode(content).decode(), base64.urlsafe_b64encode(content).decode()}
