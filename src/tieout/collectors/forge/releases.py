"""`forge_releases`: what was published on the forge up to the as-of time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.disagreeing import UNDECIDED, fetched, settled, updated
from tieout.collectors.forge.reading import Places, Reading, listed_whole
from tieout.collectors.forge.refusals import sentence
from tieout.collectors.forge.values import at, flag, instant, rows, text, whole
from tieout.domain.artefacts.forge import ForgeRelease, ForgeReleases
from tieout.kernel.reading.masking import sayable

TYPE: Final = "forge_releases"
MOST: Final = 1_000

_FORMS: Final = ("github-releases", "gitlab-releases")
_EVER: Final = datetime.min.replace(tzinfo=UTC)


def gather(reading: Reading) -> None:
    """Add the releases; one that is published later than the as-of time is left out, and so said."""
    for answer in reading.refused(*_FORMS):
        reading.unreadable(TYPE, answer, sentence(answer))
    used = reading.of(*_FORMS)
    if not used:
        return
    as_of = reading.gathering.request.as_of
    found = list[tuple[Answer, Row, ForgeRelease]]()
    for answer, row, release in _each_once(reading):
        if release.published_at is not None and release.published_at > as_of:
            reason = f"the release '{release.tag}' was published after the as-of time"
            line = answer.line(row.pointer)
            reading.gathering.problem("not-counted", answer.path, reason, line=line, types=(TYPE,))
        else:
            found.append((answer, row, release))
    found.sort(key=lambda one: one[2].tag)
    found.sort(key=lambda one: (not one[2].draft, one[2].published_at or _EVER), reverse=True)
    shown = found[:MOST]
    facts = ForgeReleases(
        forge=reading.forge,
        repository=reading.repository,
        releases=tuple(release for _, _, release in shown),
        total=len(found),
        listed_whole=listed_whole(used),
    )
    places: Places = {f"/releases/{index}": (answer, row.pointer) for index, (answer, row, _) in enumerate(shown)}
    reading.add(TYPE, facts, used, effective=reading.settled(used), places=places)


def _each_once(reading: Reading) -> Iterator[tuple[Answer, Row, ForgeRelease]]:
    """Each release once; pages of a list that grows meanwhile hold one twice."""
    told: dict[tuple[str, int | None], list[tuple[Answer, Row, ForgeRelease]]] = {}
    for answer, row in reading.rows(*_FORMS):
        release = _release(row.data)
        told.setdefault((release.tag, whole(row.data, "id")), []).append((answer, row, release))
    for (tag, _), several in told.items():
        ages = (lambda one: fetched(one[0]), lambda one: updated(one[1]))
        if (chosen := settled(several, lambda one: one[2], ages)) is not None:
            yield chosen
            continue
        for answer in {id(answer): answer for answer, _, _ in several}.values():
            reading.unreadable(TYPE, answer, f"the release '{sayable(tag)}' {UNDECIDED}")


def _release(data: dict[str, Any]) -> ForgeRelease:
    assets = rows(data, "assets")
    if isinstance(at(data, "assets"), dict):  # GitLab: {count, links, sources}
        assets = rows(data, "assets", "links")
    listed = isinstance(at(data, "assets"), list | dict)
    told = any("digest" in asset for asset in assets)
    return ForgeRelease(
        tag=text(data, "tag_name") or "",
        published_at=instant(data, "published_at") or instant(data, "released_at"),
        draft=flag(data, "draft") or False,
        prerelease=flag(data, "prerelease") or flag(data, "upcoming_release") or False,
        immutable=flag(data, "immutable"),
        assets=len(assets) if listed else None,
        assets_with_digest=sum(text(asset, "digest") is not None for asset in assets) if told else None,
    )
