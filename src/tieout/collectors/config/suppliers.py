"""Who stands behind a gateway's route, and who chose its model's name: the supplier, or whoever runs the gateway.

Names of providers are those of LiteLLM's, Portkey's and Kong's documentation. What is not in these tables is not
known, and nothing is concluded from it.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

#: Supplier -> names under which its services are reached; two of one supplier do not stand in for each other.
_NAMES: Final = {
    "ai21": ("ai21_chat",),
    "aleph_alpha": (),
    "alibaba": ("dashscope", "qwen"),
    "anthropic": ("anthropic_text",),
    "assemblyai": (),
    "azure": ("azure_ai", "azure_openai", "azure_text", "github", "github_copilot"),
    "bedrock": ("amazon", "amazon_bedrock", "amazon_nova", "aws", "bedrock_converse", "sagemaker", "sagemaker_chat"),
    "cerebras": (),
    "cloudflare": ("workers_ai",),
    "cohere": ("cohere_chat",),
    "databricks": (),
    "deepgram": (),
    "deepinfra": (),
    "deepseek": (),
    "elevenlabs": (),
    "fireworks_ai": ("fireworks",),
    "google": ("gemini", "google_ai_studio", "google_vertex", "palm", "vertex_ai", "vertex_ai_beta", "vertexai"),
    "groq": (),
    "jina_ai": (),
    "minimax": (),
    "mistral": ("codestral", "mistral_ai", "mistralai", "text_completion_codestral"),
    "moonshot": ("moonshotai",),
    "nebius": (),
    "novita": ("novita_ai",),
    "oci": (),
    "openai": ("chatgpt", "text_completion_openai"),
    "perplexity": ("perplexity_ai",),
    "replicate": (),
    "sambanova": (),
    "snowflake": (),
    "together_ai": ("together", "togethercomputer"),
    "voyage": ("voyageai",),
    "watsonx": ("ibm", "watsonx_text"),
    "xai": ("x_ai",),
    "zai": ("z_ai",),
}
_SUPPLIER_OF: Final = {name: supplier for supplier, names in _NAMES.items() for name in (supplier, *names)}
#: Every name of one word that a provider goes by.
PROVIDER_NAMES: Final = frozenset(name for name in _SUPPLIER_OF if "_" not in name)
#: Domain of an address -> supplier, where a route names an address.
_DOMAINS: Final = {
    "ai21.com": "ai21",
    "aliyuncs.com": "alibaba",
    "amazonaws.com": "bedrock",
    "anthropic.com": "anthropic",
    "azure-api.net": "azure",
    "azure.com": "azure",
    "cerebras.ai": "cerebras",
    "cohere.ai": "cohere",
    "cohere.com": "cohere",
    "deepinfra.com": "deepinfra",
    "deepseek.com": "deepseek",
    "fireworks.ai": "fireworks_ai",
    "googleapis.com": "google",
    "groq.com": "groq",
    "mistral.ai": "mistral",
    "moonshot.ai": "moonshot",
    "openai.com": "openai",
    "perplexity.ai": "perplexity",
    "together.ai": "together_ai",
    "together.xyz": "together_ai",
    "voyageai.com": "voyage",
    "x.ai": "xai",
}
#: They pass requests on: the next part of the model's name is the maker, and who answers is decided elsewhere.
_BROKERS: Final = frozenset(
    {"aiml", "huggingface", "litellm_proxy", "nano_gpt", "openrouter", "poe", "vercel_ai_gateway"}
)
#: Programs that are run on servers of one's own.
_OWN_SERVERS: Final = frozenset(
    {
        "docker_model_runner",
        "hosted_vllm",
        "infinity",
        "llamafile",
        "lm_studio",
        "ollama",
        "ollama_chat",
        "oobabooga",
        "petals",
        "triton",
        "vllm",
        "xinference",
    }
)
_WITH_PUBLISHER: Final = 3
_OWN = "a server of one's own"
#: Behind these a model's name is that of a deployment or an endpoint, which whoever made it chose.
_NAMED_BY_OPERATOR: Final = frozenset(
    {"azure", "azure_ai", "azure_openai", "azure_text", "databricks", "litellm_proxy", "sagemaker", "sagemaker_chat"}
    | {"watsonx", "watsonx_text"}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands behind a route.

    Attributes:
        suppliers: All who must work for it to answer.
        known: Whether these are all.
        own_name: Whether its model's name was chosen by whoever runs the gateway or its server.
    """

    suppliers: frozenset[str]
    known: bool
    own_name: bool


def standing(provider: str | None, model: str, *, addressed: bool, address: str | None) -> Standing:
    """Who stands behind a route.

    Args:
        provider: As the gateway names it; None where it does not.
        model: As the gateway names it.
        addressed: Whether an address is configured.
        address: That address; None where it is not recorded (a variable's name).
    """
    if provider is None:
        return Standing(frozenset(), known=False, own_name=addressed)
    name = _plain(provider)
    supplier = _SUPPLIER_OF.get(name)
    host = host_of(address) if address is not None else None
    at = supplier_at(host) if host else None
    if at is not None:
        return Standing(frozenset({at}), known=True, own_name=at == "azure" or name in _NAMED_BY_OPERATOR)
    if name in _OWN_SERVERS:
        return Standing(frozenset({_OWN}), known=host is None or is_inside(host), own_name=True)
    if name in _BROKERS:
        maker = _SUPPLIER_OF.get(_plain(model.removeprefix(f"{provider}/").partition("/")[0]))
        own_name = addressed or name in _NAMED_BY_OPERATOR or maker is None
        return Standing(frozenset({name, *([maker] if maker else [])}), known=False, own_name=own_name)
    if addressed and address is not None:
        return Standing(frozenset({host or address}), known=False, own_name=True)
    # Azure always needs an address, so that one from a variable says nothing against it.
    known = supplier is not None and (not addressed or supplier == "azure")
    return Standing(frozenset({supplier or name}), known=known, own_name=name in _NAMED_BY_OPERATOR or not known)


def is_outside(provider: str, *, addressed: bool, address: str | None) -> bool | None:
    """Whether requests leave for a service of others; None where that is not known.

    Args:
        provider: As the gateway names it.
        addressed: Whether an address is configured.
        address: That address; None where it is not recorded.
    """
    name = _plain(provider)
    if addressed:
        host = host_of(address) if address is not None else None
        return None if host is None else not is_inside(host)
    if name == "litellm_proxy":
        return None
    return True if name in _SUPPLIER_OF or name in _BROKERS else None


def supplier_of(provider: str) -> str:
    """The supplier behind a provider's name; a name that is not known stands for itself."""
    name = _plain(provider)
    return _SUPPLIER_OF.get(name, name)


def supplier_at(host: str) -> str | None:
    """The supplier whose domain a host is of; None where it is of none that is known."""
    return next((one for domain, one in _DOMAINS.items() if f".{host}".endswith(f".{domain}")), None)


def unknown_publisher(model: str) -> str | None:
    """The publisher in a model's name behind a broker, where it is none that is known here: `openrouter/who/x`."""
    parts = model.strip().split("/")
    if len(parts) < _WITH_PUBLISHER or _plain(parts[0]) not in _BROKERS or _plain(parts[-2]) in _SUPPLIER_OF:
        return None
    return parts[-2]


def are_others(one: Standing, other: Standing) -> bool | None:
    """Whether two routes fail apart from each other; None where it is not known."""
    if one.suppliers & other.suppliers or not (one.suppliers and other.suppliers):
        return False
    return True if one.known and other.known else None


def _plain(provider: str) -> str:
    return (
        provider.strip()
        .casefold()
        .replace("-", "_")
        .replace(" ", "_")
        .replace(".", "_")
        .replace("aws_bedrock", "bedrock")
    )


def host_of(address: str) -> str | None:
    """The host of an address, in small letters; None where it names none."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def is_inside(host: str) -> bool:
    """Whether a host is this machine, of a private network, or a name without a public domain."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".internal", ".local", ".localhost", ".svc", ".lan"))
