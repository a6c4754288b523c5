"""What part of a store a lifecycle rule is limited to: no limited rule is the retention of a whole store.

After the providers' own description of a rule's filter: prefix, tags and sizes (Amazon S3), conditions beside the age
(Google Cloud Storage), prefixes and tags of the index (Azure Storage).
"""

from collections.abc import Mapping
from typing import Final

from tieout.collectors.config.terraform_parts.resources import Node
from tieout.collectors.config.terraform_parts.values import Unknown
from tieout.kernel.reading.text import excerpt

_NAMED: Final = (
    "filter.prefix",
    "filter.and.prefix",
    "prefix",
    "filters.prefix_match",
    "condition.matches_prefix",
    "condition.matches_suffix",
)
#: Attributes and blocks that limit a rule to what no prefix names -> words for that.
_LIMITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "filter.tag",
            "filter.and.tag",
            "filter.tags",
            "filter.and.tags",
            "tag",
            "tags",
            "filters.match_blob_index_tag",
        ),
        "what carries a certain tag",
    ),
    **dict.fromkeys(
        (
            "filter.object_size_greater_than",
            "filter.object_size_less_than",
            "filter.and.object_size_greater_than",
            "filter.and.object_size_less_than",
        ),
        "what has a certain size",
    ),
    **dict.fromkeys(
        (
            "condition.created_before",
            "condition.custom_time_before",
            "condition.days_since_custom_time",
            "condition.matches_storage_class",
        ),
        "what meets another condition than its age",
    ),
}
_NOT_TOLD: Final = "a part that is not told here"


def scope_of(rule: Node) -> str | None:
    """Part of a store that a rule is limited to; None for all of it. What a variable decides is a part."""
    unknown = False
    for where in _NAMED:
        value = rule.first(where)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = ", ".join(value)
        if isinstance(value, str) and value:
            return excerpt(value)
        unknown = unknown or (value is not None and value not in ("", []))
    for where, words in _LIMITS.items():
        if _is_set(rule, where):
            return words
    return _NOT_TOLD if unknown else None


def _is_set(rule: Node, where: str) -> bool:
    """Whether a limit is written: a block, or a value that is not known to say nothing."""
    value = rule.first(where)
    if isinstance(value, Unknown):
        return True
    return value not in (None, "", 0, [], {}) or bool(rule.below(where))


def of_no_period(rule: Node) -> str | None:
    """Why a rule of Amazon S3 tells no period, as the end of a sentence; None where it tells one or nothing."""
    for action in ("expiration", "transition"):
        if any(found.has("date") for found in rule.blocks(action)):
            return "acts once on a fixed day, which says nothing of how long is kept, so it does not count"
    if any(found.has("expired_object_delete_marker") and not found.has("days") for found in rule.blocks("expiration")):
        return "removes markers of what is deleted already, which says nothing of how long is kept"
    if rule.blocks("abort_incomplete_multipart_upload"):
        return "ends uploads that were never finished, which says nothing of how long is kept"
    return None
