"""Flows of the library of NeMo Guardrails, with what they look for and what they do with a hit.

The library: https://docs.nvidia.com/nemo/guardrails/ (guardrails catalog), and the folder `nemoguardrails/library` of
github.com/NVIDIA/NeMo-Guardrails, which shows what each flow does with a hit, and which run only where a variable of
the conversation asks for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.guardrail_parts.checks import Action

_HARM: Final = "harmful-content"
_INJECTION: Final = "prompt-injection"
_PERSONAL: Final = "personal-data"
_UNGROUNDED: Final = "ungrounded-answers"


@dataclass(frozen=True, slots=True)
class Flow:
    """What a flow of the library does.

    Attributes:
        against: What it looks for.
        action: What it does with a hit; None where its service decides.
        asked: Whether it runs only where a variable of the conversation asks for it.
    """

    against: str
    action: Action | None = "block"
    asked: bool = False


#: The begin of a flow's name -> what it does; the longest that fits counts.
_LIBRARY: Final[Mapping[str, Flow]] = {
    "activefence moderation": Flow(_HARM),
    "ai defense inspect": Flow("other"),
    "alignscore check facts": Flow(_UNGROUNDED, asked=True),
    "autoalign check": Flow("other", None),
    "autoalign factcheck output": Flow(_UNGROUNDED, "flag", asked=True),
    "autoalign groundedness output": Flow(_UNGROUNDED, "flag", asked=True),
    "clavata check": Flow(_HARM),
    "cleanlab trustworthiness": Flow(_UNGROUNDED, "flag"),
    "content safety check": Flow(_HARM),
    "crowdstrike aidr guard": Flow("other", None),
    "detect pii on": Flow(_PERSONAL),
    "detect sensitive data on": Flow(_PERSONAL),
    "fiddler bot faithfulness": Flow(_UNGROUNDED),
    "fiddler bot safety": Flow(_HARM),
    "fiddler user safety": Flow(_HARM),
    "gcpnlp moderation": Flow(_HARM),
    "gliner detect pii on": Flow(_PERSONAL),
    "gliner mask pii on": Flow(_PERSONAL, "mask"),
    "gotitai rag truthcheck": Flow(_UNGROUNDED, asked=True),
    "guardrailsai check": Flow("other"),
    "hallucination warning": Flow(_UNGROUNDED, "flag", asked=True),
    "injection detection": Flow("unsafe-code"),
    "jailbreak detection": Flow(_INJECTION),
    "llama guard check": Flow(_HARM),
    "mask pii on": Flow(_PERSONAL, "mask"),
    "mask sensitive data on": Flow(_PERSONAL, "mask"),
    "pangea ai guard": Flow("other", None),
    "patronus api check output": Flow("other"),
    "patronus lynx check output hallucination": Flow(_UNGROUNDED),
    "polygraf detect pii on": Flow(_PERSONAL),
    "polygraf mask pii on": Flow(_PERSONAL, "mask"),
    "prompt security protect": Flow(_INJECTION),
    "protect prompt": Flow(_INJECTION),
    "protect response": Flow("other"),
    "self check facts": Flow(_UNGROUNDED, asked=True),
    "self check hallucination": Flow(_UNGROUNDED, asked=True),
    "self check input": Flow("other"),  # for what, its prompt says
    "self check output": Flow("other"),
    "topic safety check": Flow("off-topic"),
    "trend ai guard": Flow("other", None),
}


def of_library(name: str) -> Flow | None:
    """What a flow of the library does; None for a name that the library has not, as far as is known here."""
    fitting = [begin for begin in _LIBRARY if name == begin or name.startswith(f"{begin} ")]
    return _LIBRARY[max(fitting, key=len)] if fitting else None
