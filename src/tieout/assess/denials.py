"""Words that say no: a resource of `no budget approved`, a response of `We do nothing about this risk`.

A risk's response and resource are free text. Text that begins by denying what the field asks for fills the field and
answers nothing. The lists are short and ours: they know how such text begins, not what it means.
"""

import re
import unicodedata

#: Begins with a zero or a word for none. A hyphen makes another word of it: `No-code rollout`, `Zero-trust gateway`.
_NONE = re.compile(
    r"(?:(?:mitigate|treat|avoid|reduce|transfer|response|resources?|budget) ?: ?)?"
    r"(?:none|nothing|nil|nobody"
    r"|(?:we|they) (?:(?:will|can|could|shall|would) )?(?:do|did|have|plan) (?:nothing|none|no)"
    r"|(?:we|they) (?:are|were) (?:doing|planning) nothing|do nothing|doing nothing"
    r"|there (?:is|are|was|were) (?:no|none|nothing)"
    r"|(?:[a-z]{3} |[$€£] ?)?0(?:[.,]0+)?(?![.,]?\d))(?![\w-])"
)
#: Words that deny only together with what is denied, at least in a response: `No claim is paid unread` is one.
_DENIAL = re.compile(r"(?:no|not|zero|without)(?![\w-])")
_DENIED = re.compile(
    r"(?:no|not|zero|without)(?: \w+){0,2}? (?:actions?|allocated|allocation|anything|approved|assigned|available|"
    r"budget(?:ed)?|cost|decided|defined|doing|done|effort|funded|funding|funds|measures?|mitigat\w+|money|needed|"
    r"people|planned|plans?|possible|required|resources?|respon\w+|staff|steps?|time|treat\w+|yet)(?![\w-])"
)
#: `None needed beyond the gateway` names the gateway.
_BESIDES = re.compile(r"(?:\S+ ){1,3}(?:beyond|besides|except|other than|apart from) \w")
#: The most of a text that is looked at: a denial stands at its beginning.
_BEGINNING = 200


def denies(field: str, text: str) -> bool:
    """Whether what is written for a field says that there is none.

    Args:
        field: `resource` is denied by any text that begins with no, not, zero or without; another field only where
            such a word is followed by what is denied (action, plan, treatment, budget …).
        text: As recorded.
    """
    plain = unicodedata.normalize("NFKC", text[:_BEGINNING]).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    bare = " ".join(plain.split()).strip("*_`\"'([ ")
    if _BESIDES.match(bare):
        return False
    if _NONE.match(bare) or _DENIED.match(bare):
        return True
    return field == "resource" and _DENIAL.match(bare) is not None
