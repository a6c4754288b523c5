"""Formats of lock files: how each is recognised, and what stands once for a package and once for a hash."""

import re
from dataclasses import dataclass
from typing import Any, Final

from tieout.kernel.reading.patterns import compile_bytes


@dataclass(frozen=True, slots=True)
class Format:
    """How a lock file is recognised and counted.

    Attributes:
        tool: What reads it.
        ecosystem: Of its packages, as `ecosystems` names them.
        name: Its own name, whole and in small letters.
        package: One match a locked package.
        hashed: One match a hash; None where the format has none.
        version: The line that says what made it, or which format it is; `made_by` where it names the tool's version.
        own: One match a package that has no hash by right, being a part of the project or of another repository.
    """

    tool: str
    ecosystem: str
    name: "re.Pattern[str]"
    package: Any
    hashed: Any
    version: Any
    own: Any


def _format(
    tool: str,
    ecosystem: str,
    name: str,
    *,
    package: str,
    version: str,
    hashed: str = "",
    own: str = "",
) -> Format:
    return Format(
        tool,
        ecosystem,
        re.compile(rf"^(?:{name})$"),
        compile_bytes(package),
        compile_bytes(hashed) if hashed else None,
        compile_bytes(version),
        compile_bytes(own) if own else None,
    )


_TOML_PACKAGE: Final = r"(?m)^\[\[package\]\]"
_SHA: Final = r"\"(?:sha256|sha512|sha384|blake2b)[:-]"

FORMATS: Final = (
    _format(
        "Poetry",
        "python",
        r"poetry\.lock",
        package=_TOML_PACKAGE,
        hashed=_SHA,
        version=r"(?m)^(?:# .{0,80}?Poetry (?P<made_by>[\w.+-]{1,30})|\[\[package\]\])",
    ),
    _format(
        "uv",
        "python",
        r"uv\.lock",
        package=_TOML_PACKAGE,
        hashed=_SHA,
        version=r"(?m)^version = ",
        own=r"(?m)^source = \{ (?:editable|virtual|directory|git) ",
    ),
    _format("PDM", "python", r"pdm\.lock", package=_TOML_PACKAGE, hashed=_SHA, version=r"(?m)^# .{0,80}?PDM"),
    _format(
        "pylock",
        "python",
        r"pylock(?:\..{1,60})?\.toml",
        package=r"(?m)^\[\[packages\]\]",
        hashed=r"sha(?:256|512) = \"",
        version=r"(?m)^lock-version",
    ),
    _format("Pipenv", "python", r"pipfile\.lock", package=r"\"version\": \"==", hashed=_SHA, version=r"\"_meta\""),
    _format(
        "conda-lock",
        "python",
        r"(?:.{1,60}\.)?conda-lock\.ya?ml",
        package=r"(?m)^- name:",
        hashed=r"(?m)^ +(?:sha256|md5): [0-9a-f]",
        version=r"(?m)^version:",
    ),
    _format(
        "pixi",
        "python",
        r"pixi\.lock",
        package=r"(?m)^- (?:conda|pypi|kind|name):",
        hashed=r"(?m)^ +sha256: [0-9a-f]",
        version=r"(?m)^version:",
    ),
    _format(
        "npm",
        "npm",
        r"package-lock\.json|npm-shrinkwrap\.json",
        package=r"\"resolved\":",
        hashed=r"\"integrity\": ?\"sha",
        version=r"\"lockfileVersion\"",
    ),
    _format(
        "Yarn",
        "npm",
        r"yarn\.lock",
        package=r"(?m)^  (?:version \"|\"?resolution\"?: )",
        hashed=r"(?m)^  (?:integrity sha|checksum: )",
        version=r"(?m)^(?:# yarn lockfile v1|__metadata:)",
    ),
    _format(
        "pnpm",
        "npm",
        r"pnpm-lock\.yaml",
        package=r"(?m)^    ?resolution:",
        hashed=r"integrity: ?sha(?:1|256|384|512)-",
        version=r"(?m)^lockfileVersion:",
    ),
    _format(
        "Bun",
        "npm",
        r"bun\.lock",
        package=r"(?m)^    \"[^\"]{1,200}\": \[\"",
        hashed=r"\"sha512-",
        version=r"\"lockfileVersion\"",
    ),
    _format(
        "Deno",
        "npm",
        r"deno\.lock",
        package=r"(?m)^    \"[^\"]{1,200}\": \{",
        hashed=r"\"integrity\": \"|\": \"[0-9a-f]{64}\"",
        version=r"\"version\"",
    ),
    _format(
        "Cargo",
        "cargo",
        r"cargo\.lock",
        package=r"(?m)^source = ",  # without a source it is a part of the project
        hashed=r"(?m)^checksum = \"[0-9a-f]{64}",
        version=r"(?m)^version = \d",
    ),
    _format("Go", "go", r"go\.sum", package=r"(?m)^\S+ v[^/\s]+ h1:", hashed=r"(?m) h1:", version=r"(?m)^\S+ v"),
    _format(
        "Bundler",
        "bundler",
        r"gemfile\.lock|gems\.locked",
        package=r"(?m)^    [\w.-]+ \([^)]{1,60}\)$",
        hashed=r"(?m)^  [\w.-]+ \([^)]{1,60}\) sha256=",
        version=r"(?m)^CHECKSUMS",
    ),
    _format(
        "Composer",
        "composer",
        r"composer\.lock",
        package=r"\"dist\": \{",
        hashed=r"\"shasum\": \"[0-9a-f]",
        version=r"\"content-hash\"",
    ),
    _format(
        "Gradle",
        "gradle",
        r"(?:buildscript-)?gradle\.lockfile",
        package=r"(?m)^[\w.-]+:[\w.-]+:",
        version=r"(?m)^# ",
    ),
    _format(
        "Gradle verification",
        "gradle",
        r"verification-metadata\.xml",
        package=r"<component ",
        hashed=r"<sha(?:256|512) ",
        version=r"<verification-metadata",
    ),
    _format(
        "Mix", "mix", r"mix\.lock", package=r"(?m)^  \"[^\"]{1,100}\": \{", hashed=r"\"[0-9a-f]{64}\"", version=r"^%\{"
    ),
    _format(
        "NuGet",
        "nuget",
        r"packages\.lock\.json",
        package=r"\"resolved\":",
        hashed=r"\"contentHash\":",
        version=r"\"version\"",
    ),
    _format(
        "Swift",
        "swift",
        r"package\.resolved",
        package=r"\"identity\"|\"package\"",
        hashed=r"\"revision\" ?: ?\"[0-9a-f]{40}",
        version=r"\"version\"",
    ),
    _format(
        "CocoaPods",
        "cocoapods",
        r"podfile\.lock",
        package=r"(?m)^  - ",
        hashed=r"(?m)^  [^:\n]{1,80}: [0-9a-f]{40}$",
        version=r"(?m)^PODS:",
    ),
    _format(
        "pub",
        "pub",
        r"pubspec\.lock",
        package=r"(?m)^  \w+:$",
        hashed=r"sha256: \"?[0-9a-f]{64}",
        version=r"(?m)^packages:",
    ),
    _format(
        "Terraform",
        "terraform",
        r"\.terraform\.lock\.hcl",
        package=r"(?m)^provider ",
        hashed=r"\"(?:h1|zh):",
        version=r"(?m)^provider ",
    ),
)
