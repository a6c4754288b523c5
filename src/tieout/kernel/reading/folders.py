"""Folders of somebody's machine: they name people, customers and projects, and only the last part of a path is of use.

Left alone are accounts that are nobody's (`/home/ubuntu`), addresses (`https://host/home/x`) and paths in a repository.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from tieout.kernel.reading.patterns import compile_bytes

# A part of a path as it stands in a text: no blank, quotation, bracket or pattern.
_SIGN = r"""[^\s"'`<>|;,:*?(){}\[\]\\/$%@]"""
_PART = rf"(?:{_SIGN}|%[0-9A-Fa-f]{{2}})+"
_USER = rf"(?:{_SIGN}|@|%[0-9A-Fa-f]{{2}})+"
_BETWEEN = r"(?:[\\/]{1,8})"  # a backslash is doubled in JSON, and again in JSON within JSON
_PARTS = rf"(?:{_BETWEEN}{_PART})+{_BETWEEN}?"
_DRIVE = r"[A-Za-z]:"
_HOST = r"[A-Za-z0-9][\w-]*"
# Of Linux and macOS, of Windows as its Linux sees it, of a share; a slash may be escaped, as some JSON has it.
_SLASH = r"\\{0,3}/"
_MOUNTED = (
    rf"(?:{_SLASH}(?:mnt{_SLASH}[a-z]|cygdrive{_SLASH}[a-z]|System{_SLASH}Volumes{_SLASH}Data|Volumes{_SLASH}{_PART}"
    r"|data|export|host|hostfs|media|mnt|net|nfs|private|rootfs|scratch|shared?|srv|storage|usr|var"
    r"|vol(?:ume)?[0-9]{0,2})){0,2}"
)
_SHARE = r"(?:afp|cifs|nfs|rsync|scp|sftp|smb|ssh)://[^\s/\"'<>]+"
_HOME = rf"(?:{_MOUNTED}|{_SHARE}){_SLASH}(?:home[0-9]{{0,2}}|homes|Users)"
# Right behind a word, a mark, or what programs write for a line end or a colour; behind a flag such as -I.
_WRITTEN = r"\\[abfnrtv]|\\u00[0-9A-Fa-f]{2}|(?:\x1b|\\u001[bB])\[[0-9;]*m"
_AHEAD = rf"(?:^|[^\w.~/\\-]|\w/|file:(?://)?/?|{_WRITTEN}|(?:^|[\s\"'`=])-[A-Z])"
_REST = rf"{_BETWEEN}{_USER}(?:{_PARTS})?{_BETWEEN}?"
_IN_HOME = compile_bytes(rf"{_AHEAD}(?P<path>(?P<root>{_HOME}){_REST})")
# Not behind a colon, where it is the address of a page; nor is a name with dots the server of a share.
_ON_SERVER = compile_bytes(rf"(?:^|[\s\"'`(=,\[])(?P<path>(?P<root>//{_HOST}/(?:homes?|[Uu]sers)){_REST})")
# Of Windows, where blanks are as good as letters: they count in what a backslash follows, and in the name of the user.
_WORDS = rf"{_USER}(?:[ ]{_USER}){{0,6}}"
# \\server\share, with as many backslashes more as JSON makes of them: not those of a regular expression.
_BACK = r"\\"
_SERVERS = "|".join(rf"{_BACK * 2 * n}{_HOST}(?:\.{_HOST})*{_BACK * n}" for n in (1, 2, 4, 8))
_WINDOWS = (
    rf"(?:(?:{_DRIVE}|(?:{_SERVERS})[A-Za-z]\$){_BETWEEN}(?i:users|documents and settings)"
    rf"|(?:{_SERVERS})(?i:homes?|profiles?|users?)\$?)"
)
_IN_WINDOWS = compile_bytes(
    rf"(?:^|[^\w.~/\\-]|file:(?://)?/?|{_WRITTEN}|\\{{2,8}}[?.]\\{{1,4}})"
    rf"(?P<path>(?P<root>{_WINDOWS}){_BETWEEN}"
    rf"(?:{_WORDS}{_BETWEEN}(?:{_WORDS}\\{{1,4}})*(?:{_USER}(?:{_PARTS})?)?|{_USER}))"
)
# A share that is hidden by its $ is one person's: \\server\jane$.
_OWN_SHARE = compile_bytes(
    rf"(?:^|[^\w.~/\\-]|{_WRITTEN})(?P<path>(?P<root>(?:{_SERVERS}))[A-Za-z][\w.-]+\$"
    rf"(?:\\{{1,8}}(?:{_WORDS}\\{{1,8}})*{_PART})?)"
)
_HOME_HINTS = (b"/home", b"\\home", b"sers", b"SERS", b"ocuments and ", b"OCUMENTS AND ", b"rofile")
# An absolute path as the name of a model, behind the provider that serves it or not.
_MODEL = rf"(?:[A-Za-z][\w.-]*/)?(?:file:(?://)?)?(?P<path>(?P<root>~{_PART}|~|{_DRIVE}|){_PARTS})"
_AS_MODEL = compile_bytes(
    rf"""(?:^|[^\w/.-])[\w-]*(?i:model)[\w-]*["']?[ \t]*[:=][ \t]*["']?{_MODEL}(?:[\s"',}}\]]|$)"""
)
_ALONE_IN_HOME = compile_bytes(rf"(?:[A-Za-z][\w.-]*/|file:(?://)?/?)?(?P<path>(?P<root>{_HOME}|{_WINDOWS}){_REST})")
_ALONE = compile_bytes(_MODEL)
_SEPARATORS = b"\\/"
#: Accounts that programs run under, and those that examples name.
_NOBODYS: Final = frozenset(
    {b"admin", b"app", b"appuser", b"azureuser", b"circleci", b"debian", b"default", b"ec2-user", b"git", b"ipc"}
    | {b"jenkins", b"jovyan", b"me", b"name", b"node", b"nonroot", b"print", b"public", b"root", b"runner", b"shared"}
    | {b"svc", b"ubuntu", b"user", b"username", b"users", b"vagrant", b"vscode", b"worker", b"you", b"yourname"}
)
_MARK_DIGITS = 10


def folder_spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Where folders of machines stand in the UTF-8 bytes of a text; the last parts of their paths are outside.

    Args:
        data: The text.
    """
    if any(hint in data for hint in _HOME_HINTS):
        yield from _spans(_IN_HOME, data, of_person=True)
        yield from _spans(_ON_SERVER, data, of_person=True)
        yield from _spans(_IN_WINDOWS, data, of_person=True)
    if b"$" in data and b"\\\\" in data:
        yield from _spans(_OWN_SHARE, data, of_person=True)
    yield from _spans(_AS_MODEL, data, of_person=False)


def without_folder(text: str, system_id: str, *, is_model: bool) -> str:
    """A text that is nothing but a path of a machine, with a mark in place of its folder; any other as it is.

    The mark is the same for one folder and another for another, so that two models of one name stay two.

    Args:
        text: A fact.
        system_id: Marks are of one system.
        is_model: It names a model: then any absolute path with a folder is one of a machine.
    """
    data = text.strip().encode("utf-8", "surrogatepass")
    start, cut = _folder_of(data, is_model=is_model)
    if not cut:
        return text
    digest = hashlib.sha256(system_id.encode() + b"\n" + data[start : start + cut]).hexdigest()[:_MARK_DIGITS]
    before, after = (part.decode("utf-8", "surrogatepass") for part in (data[:start], data[start + cut :]))
    return f"{before}⟨folder left out, mark {digest}⟩{after}"


def _folder_of(data: bytes, *, is_model: bool) -> tuple[int, int]:
    """Where the folder of a text that is nothing but a path begins, and how long it is."""
    for pattern, of_person in ((_ALONE_IN_HOME, True), (_ALONE, False)):
        match = pattern.fullmatch(data) if of_person or is_model else None
        if match is not None:
            start, end = match.span(pattern.groupindex[b"path"])
            root = len(match.group(pattern.groupindex[b"root"]))
            if cut := _cut(data[start:end], root, of_person=of_person):
                return start, cut
    return 0, 0


def _spans(pattern: Any, data: bytes, *, of_person: bool) -> Iterator[tuple[int, int]]:
    path, root = pattern.groupindex[b"path"], pattern.groupindex[b"root"]
    for match in pattern.finditer(data):
        start, end = match.span(path)
        if cut := _cut(data[start:end], len(match.group(root)), of_person=of_person):
            yield start, start + cut


def _cut(path: bytes, root: int, *, of_person: bool) -> int:
    """How much of a path is its folder; 0 where there is nothing to leave out.

    Of a person's folder that is named alone, all of it.
    """
    bare = path.rstrip(_SEPARATORS)
    last = max(bare.rfind(b"/"), bare.rfind(b"\\")) + 1
    folder = len(bare[:last].rstrip(_SEPARATORS))
    if not of_person:
        return folder
    user = path[root:].lstrip(_SEPARATORS).replace(b"\\", b"/").split(b"/", 1)[0].lower()
    if user.rstrip(b"$") in _NOBODYS:
        return 0
    return folder if folder > root else len(bare)
