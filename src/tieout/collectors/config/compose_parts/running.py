"""How a service of Compose is held down while it runs.

A service without an image of its own, in a file that changes another one, and a service that extends another get what
they leave out from elsewhere: of them only what is written counts.
"""

from typing import Any, Final

from tieout.collectors.config import container_words as words
from tieout.collectors.config.rows import Fact, Rows
from tieout.collectors.config.security_rows import SecurityRows
from tieout.domain.artefacts.safeguards import SecurityTopic
from tieout.kernel.reading.text import excerpt
from tieout.syntax.compose import Service, forbids_new_privileges, services_of
from tieout.syntax.cursor import Cursor
from tieout.syntax.dockerfile import is_unresolved, resolved
from tieout.syntax.dockerfile_user import is_root_user

_LONGEST: Final = 300
_HOST: Final[tuple[tuple[str, SecurityTopic, str], ...]] = (
    ("network_mode", "network", words.HOST_NETWORK),
    ("pid", "workload", words.HOST_PROCESSES),
    ("ipc", "workload", words.HOST_MEMORY),
)
_UNCONFINED: Final = {
    "apparmor": "is not held by AppArmor",
    "label": "is not held by SELinux",
    "seccomp": words.FILTERED,
}
_OFF: Final = frozenset({"disable", "unconfined"})
#: Devices and folders of the host that a container writes its own host with.
_OF_THE_HOST: Final = ("/", "/dev", "/etc", "/proc", "/root", "/sys", "/var/lib/docker", "/var/run", "/run")
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "yes", "on", "y"), True),
    **dict.fromkeys(("false", "no", "off", "n"), False),
}
_LIMITS: Final = (("mem_limit",), ("cpus",), ("cpu_quota",))


def is_whole(service: Service) -> bool:
    """Whether a service says all of itself: what it leaves out is left to Compose, and not to another file."""
    return bool(service.image or service.is_built) and not service.data.get("extends")


def service_image(rows: Rows, service: Service) -> None:
    """The row of a service among the images."""
    whole = is_whole(service)
    image = "" if _is_built_here(service) else resolved(service.image, {})  # the defaults of its variables
    user = service.cursor("user")
    privileged, read_only = service.cursor("privileged"), service.cursor("read_only")
    limits, limited = _limits(service)
    check, checked = _check(service)
    rows.add(
        service.cursor(),
        {
            "name": Fact(excerpt(service.name, _LONGEST), service.cursor()),
            "image": Fact(excerpt(image, _LONGEST) or None, service.cursor("image")),
            "pinned": Fact(words.pinned(image) if image else None, service.cursor("image")),
            "user": Fact(excerpt(str(user.value), _LONGEST) if _is_name(user.value) else None, user),
            "root": Fact(_root(user), user),
            # Docker's reference: both are off unless they are asked for.
            "privileged": Fact(_or_off(privileged, whole=whole), privileged),
            "read_only": Fact(_or_off(read_only, whole=whole), read_only),
            "limited": Fact(value=True, at=limits) if limited else Fact(False if whole else None, limits),
            "checked": Fact(checked, check),
        },
    )


def _is_built_here(service: Service) -> bool:
    """Whether its image is built from this repository, for itself or for another service of the file."""
    others = services_of(service.path, service.document)
    return service.is_built or any(one.is_built and one.image and one.image == service.image for one in others)


def running_rows(rows: SecurityRows, service: Service) -> None:
    """Settings of how a service runs; what protects is asked of each that says all of itself."""
    subject = service.name
    options = service.cursor("security_opt")
    kept = next((one for one in options.elements() if forbids_new_privileges(one.text or "")), None)
    privileged = service.cursor("privileged")
    user, root = service.cursor("user"), _root(service.cursor("user"))
    dropped, added_at = service.cursor("cap_drop"), service.cursor("cap_add")
    is_privileged = False if privileged.value is None else _truth(privileged)
    everything = "ALL" in words.capabilities(added_at.texts)
    read_only = service.cursor("read_only")
    asked: tuple[tuple[str, bool | None, Cursor], ...] = (
        (words.NOT_ROOT, None if root is None else not root, user),
        (words.NO_ESCALATION, kept is not None and _not(is_privileged), kept or options),
        (words.READ_ONLY, False if read_only.value is None else _truth(read_only), read_only),
        (
            words.ALL_DROPPED,
            "ALL" in words.capabilities(dropped.texts) and not everything and _not(is_privileged),
            dropped,
        ),
    )
    whole = is_whole(service)
    for setting, holds, at in asked:
        if whole or at.value is not None:
            rows.add(subject, "workload", setting, at, holds=holds)
    if privileged.value is not None:
        setting = words.PRIVILEGED if is_privileged else words.NOT_PRIVILEGED
        rows.add(subject, "workload", setting, privileged, holds=_not(is_privileged))
    beyond, holds = words.added(added_at.texts)
    if beyond:
        rows.add(subject, "workload", words.ADDED, added_at, holds=holds, value=", ".join(beyond))
    _opened(rows, service)


def _opened(rows: SecurityRows, service: Service) -> None:
    """What lets a service out of its container."""
    for key, topic, setting in _HOST:
        at = service.cursor(key)
        if at.text == "host":
            rows.add(service.name, topic, setting, at, holds=False)
    for option in service.cursor("security_opt").elements():
        name, _, value = (option.text or "").replace("=", ":").partition(":")
        if name in _UNCONFINED and value.strip() in _OFF:
            setting = _UNCONFINED[name]
            rows.add(service.name, "workload", setting, option, holds=False, value=option.text)
    for volume in service.cursor("volumes").elements():
        source = volume.text.partition(":")[0] if volume.text else volume.down("source").text
        path = resolved(source or "", {})
        setting = words.mount_words(path)
        if setting is words.ENGINE_SOCKET or (path.rstrip("/") or path) in _OF_THE_HOST:
            rows.add(service.name, "workload", setting, volume, holds=False, value=path)


def _root(user: Cursor) -> bool | None:
    """Whether the user that is set is root; None where none is, or a variable decides."""
    if not _is_name(user.value):
        return None
    text = resolved(str(user.value), {})
    return None if is_unresolved(text.partition(":")[0]) or not text.strip() else is_root_user(text)


def _is_name(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() != ""


def _truth(at: Cursor) -> bool | None:
    """Whether a setting is on, as Compose takes it: a text may say so, and a variable's default (compose-go, casts)."""
    return at.truth if at.text is None else _BOOLEANS.get(resolved(at.text, {}).strip().casefold())


def _not(told: bool | None) -> bool | None:
    return None if told is None else not told


def _or_off(at: Cursor, *, whole: bool) -> bool | None:
    if at.value is not None:
        return _truth(at)
    return False if whole else None


def _limits(service: Service) -> tuple[Cursor, bool]:
    """Where memory or processor time is limited, and whether it is."""
    limits = service.cursor("deploy", "resources", "limits")
    if isinstance(limits.value, dict) and any(limits.value.get(key) for key in ("cpus", "memory")):
        return limits, True
    found = next((at for keys in _LIMITS if (at := service.cursor(*keys)).value), None)
    return (found, True) if found is not None else (service.cursor(), False)


def _check(service: Service) -> tuple[Cursor, bool | None]:
    """Whether its health is asked for; without a word of it the image decides."""
    check = service.cursor("healthcheck")
    test = check.down("test")
    if check.down("disable").truth is True or test.value in ("NONE", ["NONE"]):
        return check, False
    return (check, True) if test.value else (service.cursor(), None)
