"""How much of its data set an Inspect run was told to use, and which models it counts the use of."""

from collections.abc import Mapping
from typing import Any, Literal

from tieout.domain.model_names import is_suppliers_address

_LONGEST = 500
_MOST_MODELS = 50

Chosen = Literal["named", "first", "random", "fewer"]


def models_used(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The models that a log counts the use of, over all and by sample, sorted; a grader is one too."""
    stats, samples = data.get("stats"), data.get("samples")
    holders = [stats, *(samples if isinstance(samples, list) else ())]
    usages = [holder.get("model_usage") for holder in holders if isinstance(holder, dict)]
    names = {name.strip()[:_LONGEST] for usage in usages if isinstance(usage, dict) for name in usage if name.strip()}
    return tuple(sorted(names)[:_MOST_MODELS])


def output_tokens(data: Mapping[str, Any], model: str | None) -> int:
    """Tokens of answers that a log counts for a model, over all or else by sample; none where it counts none."""
    stats, samples = data.get("stats"), data.get("samples")
    of_all = _tokens(stats, model)
    return of_all or sum(_tokens(sample, model) for sample in (samples if isinstance(samples, list) else ()))


def _tokens(holder: Any, model: str | None) -> int:
    usage = holder.get("model_usage") if isinstance(holder, dict) else None
    found = [one for name, one in usage.items() if name.strip() == model] if isinstance(usage, dict) else []
    counts = [one.get("output_tokens", one.get("total_tokens")) for one in found if isinstance(one, dict)]
    return sum(count for count in counts if isinstance(count, int) and not isinstance(count, bool) and count > 0)


def asked(spec: Mapping[str, Any]) -> Literal["supplier", "elsewhere"] | None:
    """Whether the address that a run was told to ask is a known supplier's; None where it was told none."""
    arguments = spec.get("model_args")
    told = [spec.get("model_base_url"), arguments.get("base_url") if isinstance(arguments, dict) else None]
    given = [one for one in told if one not in (None, "")]
    if not given:
        return None
    known = all(isinstance(one, str) and is_suppliers_address(one) for one in given)
    return "supplier" if known else "elsewhere"


def chosen(config: Mapping[str, Any], held: int | None, asked: int) -> Chosen | None:
    """How the samples of a run were limited to a part of its data set; None where they were not.

    Args:
        config: `eval.config` of the log.
        held: Samples of the data set, as recorded.
        asked: Samples that the run was to ask, each counted once.
    """
    if held is not None and asked >= held:
        return None
    if config.get("sample_id") not in (None, []):
        return "named"
    if config.get("limit") is not None:
        seed = config.get("sample_shuffle")
        # Shuffled without a seed is in an order that nobody can repeat.
        return "random" if isinstance(seed, int) and not isinstance(seed, bool) else "first"
    return "fewer" if held else None


def chosen_at(lines: Mapping[str, int]) -> str:
    """The pointer in the log of what limits its samples."""
    places = (f"/eval/config/{name}" for name in ("sample_id", "limit"))
    return next((place for place in places if place in lines), "/results/total_samples")
