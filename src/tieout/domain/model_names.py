"""Names of models: what pins one to a version, and how the same model is named by different tools."""

import re
from datetime import date
from urllib.parse import urlsplit

_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
#: What may stand behind a date without making it another thing: a supplier's own number of the same snapshot.
_TAIL = r"(?:-v\d+(?::\d+(?::\d+k)?)?|-preview)?$"
_DATE = re.compile(rf"(?:^|[-_@:.])20\d\d(?:-{_MONTH}-{_DAY}|{_MONTH}{_DAY}){_TAIL}")
#: `command-r-08-2024`, `gemini-2.5-flash-preview-09-2025`, `gemini-2.5-pro-preview-05-06`.
_MONTH_FIRST = re.compile(rf"-{_MONTH}-20\d\d$|-(?:preview|exp)-{_MONTH}-{_DAY}$")
#: Makers who number snapshots in four digits: month and day (gpt-4-0613), or year and month (mistral-large-2407).
#: In any other name four digits may be a size, a building or a customer, so they say nothing.
_SHORT_DATE = re.compile(
    r"^(?:gpt|o[1-9]|claude|gemini|grok|deepseek|kimi|qwen\d*|qwq|glm|(?:open-)?(?:mistral|mixtral)|ministral|codestral"
    r"|devstral|magistral|pixtral|voxtral)(?:\.\d+)?(?:-[\w.]+)*?"
    rf"-(?!1024)(?:{_MONTH}{_DAY}|2\d{_MONTH})(?:-preview)?$",
    re.IGNORECASE,
)
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$|@[0-9a-f]{40}$")
# `v3` alone is a family (deepseek-v3) that its maker may serve anew; a point, or a colon, makes it a version.
_VERSION = re.compile(r"[-@:]v\d+(?:\.\d+)+(?::\d+)?$|-v\d+:\d+$|[-@]0\d{2}$|[@:]\d+\.\d+\.\d+$")
_BEDROCK = re.compile(r"^bedrock/.*-v\d+$")
#: A tuned copy carries the name of the version that it was made of: `ft:gpt-4o-2024-08-06:team::id`.
_TUNED = re.compile(r"^ft:([^:]+):.+$")
#: Resources of Amazon's whose name is the supplier's; a router or a profile of one's own leads to any model.
_SUPPLIERS_OWN = re.compile(r":(?:foundation-model|inference-profile)/", re.IGNORECASE)
_LEAP_YEAR = 2024
_WHOLE_DATE = re.compile(r"(?:^|[-_@:.])(20\d\d)-?(\d\d)-?(\d\d)(?=$|[-:])")
_MONTH_OF_YEAR = re.compile(rf"-({_MONTH})-(20\d\d)$")
_FOUR_DIGITS = re.compile(r"-(\d\d)(\d\d)(?:-preview)?$")
#: Words that promise another model tomorrow, wherever they stand.
_MOVING = re.compile(
    r"(?:^|[-_@:.])(?:latest|newest|current|stable|nightly|edge|main|master|head|default|canary|rolling"
    r"|auto|auto-?updated?|always)(?=$|[-_@:.])",
    re.IGNORECASE,
)

#: Providers, as Inspect names them, of which one supplier stands behind the name. A server of one's own is none of
#: them: whoever runs it chooses the names of its models. Names that are not listed are not known.
_PROVIDERS = frozenset(
    {"anthropic", "azureai", "bedrock", "cloudflare", "deepseek", "fireworks", "google", "grok", "groq", "mistral"}
    | {"openai", "openrouter", "perplexity", "sambanova", "together", "vertex", "azure", "cohere"}
)
#: Domains at which known suppliers answer.
_SUPPLIERS_DOMAINS = (
    "amazonaws.com",
    "anthropic.com",
    "azure.com",
    "cloudflare.com",
    "cohere.ai",
    "cohere.com",
    "deepseek.com",
    "fireworks.ai",
    "googleapis.com",
    "groq.com",
    "mistral.ai",
    "openai.com",
    "openrouter.ai",
    "perplexity.ai",
    "sambanova.ai",
    "together.ai",
    "together.xyz",
    "x.ai",
)


def has_known_provider(name: str) -> bool:
    """Whether a model reference begins with a supplier that is known, or carries a whole digest."""
    provider, slash, _ = name.strip().partition("/")
    return has_digest(name) or (bool(slash) and provider.casefold() in _PROVIDERS)


def is_suppliers_address(address: str) -> bool:
    """Whether an address is one of a known supplier: its host is one of their domains, or lies under one."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").casefold()
    except ValueError:
        return False
    known = any(host == domain or host.endswith("." + domain) for domain in _SUPPLIERS_DOMAINS)
    return parts.scheme == "https" and known


def is_pinned(name: str) -> bool:
    """Whether a model reference names one version and not whatever is newest.

    A date, a version such as `v3.0`, `:1.4.2` or `-002` at the end, or a whole digest pins. A pattern does not,
    nor does a name in which a word such as `latest` or `nightly` stands; only a whole digest outweighs that.
    Four digits count in the names of makers who number their snapshots so. Whether the supplier
    gave the name, or somebody chose it for a deployment or a server of their own, is not judged here.
    """
    stripped = name.strip()
    if "*" in stripped or ("arn:" in stripped.lower() and not _SUPPLIERS_OWN.search(stripped)):
        return False
    bare = bare_model(stripped)
    if _DIGEST.search(bare):
        return True
    if tuned := _TUNED.match(bare):
        return is_pinned(tuned[1])
    if _MOVING.search(bare) or not _is_of_the_calendar(bare):
        return False
    return _BEDROCK.search(stripped) is not None or any(
        mark.search(bare) for mark in (_DATE, _MONTH_FIRST, _SHORT_DATE, _VERSION)
    )


def version_date(name: str) -> date | None:
    """The first day that the date of a version can mean; None where its name states no whole month or day."""
    bare = bare_model(name)
    if tuned := _TUNED.match(bare):
        return version_date(tuned[1])
    if whole := _WHOLE_DATE.search(bare):
        return _day(int(whole[1]), int(whole[2]), int(whole[3]))
    if month := _MONTH_OF_YEAR.search(bare):
        return _day(int(month[2]), int(month[1]), 1)
    if _SHORT_DATE.search(bare) and (digits := _FOUR_DIGITS.search(bare)) and digits[1] > "12":
        return _day(2000 + int(digits[1]), int(digits[2]), 1)
    return None


def _is_of_the_calendar(bare: str) -> bool:
    """Whether no date in a name is one that never was; month and day without a year may be of a leap year."""
    if (whole := _WHOLE_DATE.search(bare)) and _day(int(whole[1]), int(whole[2]), int(whole[3])) is None:
        return False
    digits = _FOUR_DIGITS.search(bare) if _SHORT_DATE.search(bare) else None
    return digits is None or digits[1] > "12" or _day(_LEAP_YEAR, int(digits[1]), int(digits[2])) is not None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def has_digest(name: str) -> bool:
    """Whether a model reference carries a whole digest: it names one content, whoever chose the words before."""
    return _DIGEST.search(name.strip()) is not None


def bare_model(name: str) -> str:
    """A model id without the provider or tool that serves it: `openai/gpt-4o-x` is `gpt-4o-x`.

    Two publishers' models of one name are one to it. What ends in a slash names no model and stays as it is,
    so that two such names never pass for the same.
    """
    stripped = name.strip()
    return stripped.rpartition("/")[2] or stripped
