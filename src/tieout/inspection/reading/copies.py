"""One page times many versions: lines that stand alike in many copies of a file are one finding."""

from collections.abc import Iterable

from tieout.domain.inspection import InspectedPlace


def first_of_copies(places: Iterable[InspectedPlace]) -> list[InspectedPlace]:
    """Of places whose file has the same name and whose line reads the same, one.

    That in a folder without a number is preferred: a number is often a version.
    """
    first: dict[tuple[str, str, int | None], InspectedPlace] = {}
    for place in sorted(places, key=lambda place: (_is_numbered(place.path), place.path, place.line or 0)):
        first.setdefault((place.path.rpartition("/")[2], place.text, None if place.text else place.line), place)
    return list(first.values())


def _is_numbered(path: str) -> bool:
    return any(character.isdigit() for character in path.rpartition("/")[0])
