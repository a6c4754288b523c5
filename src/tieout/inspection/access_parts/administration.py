"""Whether the administration of the service is protected: by a credential that is set, or by a check of the role."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.authentication import Found, own_settings
from tieout.inspection.reading.source_code import Part, programs, signs
from tieout.inspection.reading.spoken_of import ADMINISTRATORS, spoken_of
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Topic
from tieout.inspection.wording import named
from tieout.kernel.reading.patterns import compile_bytes

_OF_A_FILE: Final = 2
#: A credential of administrators, as programs take it from their settings or their environment.
_ASKED: Final = compile_bytes(
    r"\b(?:config|settings|cfg)\.(?P<setting>(?:\w{1,20}_)?ADMIN_(?:\w{1,10}_)?(?:TOKEN|PASSWORD|SECRET|KEY))\b"
    r"|[\"'.](?P<asked>admin_(?:token|password|passwd|api_key|apikey|secret|key))\b"
    r"|(?:\benv\.|environ(?:\.get)?[\[(]\s*[\"']|getenv\(\s*[\"']|Getenv\(\s*\"|\bENV(?:\.fetch)?[\[(]\s*[\"']"
    r"|\benv\(\s*[\"'])"
    r"(?P<given>\w{0,40}ADMIN_(?:TOKEN|PASSWORD|PASSWD|API_KEY|SECRET|KEY))\b"
)
#: A check of the role before something of administrators.
_CHECKED: Final = compile_bytes(
    r"(?P<checked>\bbefore_action :\w*(?:authori[sz]e|require|check|verify|authenticate)_\w*admin\w*"
    r"|\bstaff_member_required\b"
    r"|\buser_passes_test\(\s*lambda \w+: ?\w+\.is_(?:staff|superuser)|\badmin\.site\.(?:urls|register)\b"
    r"|@admin\.register\("
    r"|\bActiveAdmin\b|\b(?:require|verify|check|ensure|is)_?[aA]dmin\w{0,30}\s*\("
    r"|\badminAuthMiddleware\b|\bIsAdminUser\b"
    r"|hasRole\(\s*[\"']ADMIN|hasAuthority\(\s*[\"']ADMIN|\bRoles\s*=\s*\"Admin)"
)
_SET: Final = compile_bytes(
    r"(?m)(?P<set>[\"']?(?P<key>[\w]{0,40}(?:admin_?(?:token|password|passwd|api_?key|secret|key)))[\"']?"
    r"[ \t]*[:=][ \t]*[\"']?"
    r"(?P<value>[^\s\"',}#]?))",
    folded=True,
)
#: Whoever does not give it is turned away.
_COMPARED: Final = compile_bytes(
    r"(?P<compared>\b(?:headers?|authorization|token|bearer)\b[^\n]{0,60}(?:!==?|===?|compare\w*)[^\n]{0,60}"
    r"\b\w*ADMIN_?\w*(?:SECRET|TOKEN|KEY|PASSWORD)\w*)",
    folded=True,
)
_EMPTY: Final = compile_bytes(
    r"(?m)^(?:export )?(?P<empty>(?:\w{1,20}_)?ADMIN_(?:\w{1,10}_)?(?:TOKEN|PASSWORD|SECRET|KEY))=[ \t]*(?:[\"']{2})?"
    r"[ \t\r]*(?:#[^\n]*)?$"
)
_SURFACE: Final = compile_bytes(r"(?P<surface>[\"'](?:/admin|admin/)[\w/*]{0,40}[\"'])")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A credential that the program asks for."""

    name: str
    place: InspectedPlace
    from_environment: bool


def admin_protected(topic: Topic, repository: Repository, demanded: list[Found]) -> Fact:
    """Answer whether the administration of the service is protected."""
    asked = list(_asked(repository))
    checks = [*_lines(repository, _CHECKED, "a check of the administrator's role")]
    checks += [one.place for one in demanded if one.is_admin]
    held = list(_held(repository, PlaceClass.LIVE, counts=True))
    examples = list(_held(repository, PlaceClass.EXAMPLE, counts=False))
    places = [*(one.place for one in asked), *(place for _, place in held), *checks, *(p for _, p in examples)]
    places += _lines(repository, _COMPARED, "turns away who does not give it") if asked else ()
    places += _left_empty(repository) if asked else ()
    keys = {_bare(key) for key, _ in held}
    missing = [one for one in asked if not one.from_environment and _bare(one.name) not in keys]
    if asked and not missing:
        where = "its settings hold" if held else "the environment is to give"
        names = named(one.name for one in asked)
        statement = f"The program asks administrators for {names}, which {where}."
        return topic.fact("admin-protected", Answer.YES, statement, places=places, confidence=Confidence.MODERATE)
    if missing:
        names = named(dict.fromkeys(one.name for one in missing))
        statement = f"The program asks administrators for {names}, which no configuration in use sets."
        if examples:
            statement += " Only an example sets it."
        return topic.fact("admin-protected", Answer.PARTIAL, statement, places=places, confidence=Confidence.MODERATE)
    if checks:
        statement = "The program checks the role of administrators; whether on every route of theirs cannot be told."
        return topic.fact("admin-protected", Answer.YES, statement, places=places, confidence=Confidence.MODERATE)
    surface = list(_lines(repository, _SURFACE, "a route of administrators"))
    if surface:
        statement = "Routes of administrators are there, and no usual form of protection stands before them."
        return topic.fact("admin-protected", Answer.NO, statement, places=surface, confidence=Confidence.LOW)
    word = spoken_of(repository, ADMINISTRATORS)
    if word is not None or places:
        shown = places or ([word] if word is not None else [])
        return topic.unknown(
            "admin-protected", "How the service is administered was not recognised here.", places=shown
        )
    statement = "Nothing in programs and settings speaks of administrators."
    return topic.fact("admin-protected", Answer.NOT_APPLICABLE, statement)


def _asked(repository: Repository) -> Iterator[_Asked]:
    shown: dict[str, int] = {}
    for kind, source, hit in signs(repository, programs(repository), _ASKED):
        shown[source.text.path] = shown.get(source.text.path, 0) + 1
        if shown[source.text.path] <= _OF_A_FILE:
            place = source.text.place(hit.line, "asks for the credential of administrators")
            yield _Asked(hit.groups[kind], place, from_environment=kind != "asked")


def _held(repository: Repository, path_class: PlaceClass, *, counts: bool) -> Iterator[tuple[str, InspectedPlace]]:
    """Settings of a class of places that give such a credential a value."""
    for _, source, hit in signs(repository, own_settings(repository, path_class), _SET):
        if hit.groups.get("value"):
            shows = "sets the credential of administrators"
            yield hit.groups["key"], source.text.place(hit.line, shows, counts=counts)


def _left_empty(repository: Repository) -> Iterator[InspectedPlace]:
    """Settings in use that leave such a credential to whoever runs it."""
    for _, source, hit in signs(repository, own_settings(repository), _EMPTY):
        yield source.text.place(hit.line, "left empty here", counts=False)


def _lines(repository: Repository, pattern: Any, shows: str) -> Iterator[InspectedPlace]:
    shown: dict[str, int] = {}
    for name, source, hit in signs(repository, programs(repository), pattern):
        is_stated = name == "surface" or source.part_at(hit.start) is Part.CODE
        shown[source.text.path] = shown.get(source.text.path, 0) + 1
        if is_stated and shown[source.text.path] <= _OF_A_FILE:
            yield source.text.place(hit.line, shows)


def _bare(name: str) -> str:
    return name.replace("_", "").lower()
