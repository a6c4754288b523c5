"""The kill switch: one flag that turns the assistant off for everybody within a minute."""

from openfeature import api

FLAG = "triage-assistant-enabled"


def assistant_is_on() -> bool:
    """Whether suggestions may be made; off when the flag service cannot be reached."""
    return api.get_client("claims-triage").get_boolean_value(FLAG, default_value=False)
