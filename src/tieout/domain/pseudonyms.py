"""Names for people that say nothing of them, and are the same wherever one address stands."""

import hashlib


def pseudonym(system_id: str, who: str) -> str:
    """A name for a person that is the same wherever the address is, and says nothing else.

    Ten hexadecimal digits of SHA-256 over the system's id and the address without case and outer blanks.
    """
    digest = hashlib.sha256(f"{system_id}\n{who.strip().casefold()}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"person-{digest[:10]}"
