"""Usual forms in which programs and settings demand that callers say who they are, and in which they serve at all."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.manifests.kubernetes import manifests
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import (
    LONGEST_BY_HAND,
    Part,
    SourceCode,
    definition_above,
    groups_of,
    programs,
    searched,
    settings,
    signs,
)
from tieout.inspection.reading.terraform_blocks import objects
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Hit
from tieout.kernel.reading.patterns import compile_bytes


class Sign(StrEnum):
    """What a line shows."""

    WHOLE = "authentication of the whole service"
    ROUTE = "authentication of a route"
    SETTING = "a setting that demands authentication"
    EXEMPT = "an exception from authentication"
    SWITCH = "lets callers in without it where a setting says so"
    ON = "a setting that switches it on"
    OFF = "a setting that switches it off, or of another service"
    SSO = "single sign-on"
    SECOND = "a second factor"


@dataclass(frozen=True, slots=True)
class Found:
    """A line that shows something of authentication.

    Attributes:
        sign: What it shows.
        place: Where.
        text: The line.
        conditional: It takes effect only under a condition that stands right above it.
        is_admin: By its words it is of administrators only.
    """

    sign: Sign
    place: InspectedPlace
    text: str
    conditional: bool
    is_admin: bool


#: Programs: a framework's own way to demand authentication everywhere, and for one route.
_IN_CODE: Final = compile_bytes(
    r"(?P<exempt>\bskip_before_action :authenticate_\w+!?|\bAllowAny\b|\[AllowAnonymous\b|\blogin_not_required\b)"
    r"|(?P<whole>\bAUTHENTICATION_BACKENDS\s*=|\bDEFAULT_AUTHENTICATION_CLASSES\b|\bLoginRequiredMiddleware\b"
    r"|\bbefore_action :authenticate_\w+|\bNextAuth\(|\bclerkMiddleware\(|\bAddAuthentication\("
    r"|\bcl\.(?:password_auth|header_auth|oauth)_callback\b|\blaunch\([^\n]{0,200}\bauth\s*=\s*[^\sN]"
    r"|\boauth2ResourceServer\b|\.anyRequest\(\)\s*\.authenticated\("
    r"|\badd_middleware\(\s*\w*Auth\w*"
    r"|\.use\(\s*(?:\w+\.)?(?:\w*[aA]uth(?:enticat\w*|Middleware|Handler|Guard)?|requireAuth"
    r"|expressjwt|expressJwt|basicAuth|bearerAuth|verifyToken|passport\.authenticate)\b"
    r"|\b(?:Async)?RequireAuthorizationLayer::\w+\(|\bValidateRequestHeaderLayer::(?:bearer|basic)\("
    r"|\bdependencies\s*=\s*\[\s*(?:Depends|Security)\(\s*\w*(?:auth|token|api_?key|user)\w*)"
    r"|(?P<route>(?:Depends|Security)\(\s*(?:\w+\.)?\w*(?:auth|api_?key|current_(?:user|session)|verify_token|bearer|oauth2)\w*"
    r"|@(?:\w+\.)?(?:login_required|jwt_required|auth_required|token_required|permission_required)\b"
    r"|\bmethod_decorator\(\s*(?:login_required|permission_required)|\bLoginRequiredMixin\b"
    r"|\bPermissionRequiredMixin\b"
    r"|\bpassport\.authenticate\(|\[Authorize\b|@PreAuthorize\(|@UseGuards\(|\bauthenticate_user!|\bgetServerSession\("
    r"|\bwithAuth\(|\b(?:require|verify|check|validate)_?(?:[aA]uth|ApiKey|api_key|Token|token)\w*\s*\()"
)
#: Settings that switch it on at a gateway or a proxy.
_IN_SETTINGS: Final = compile_bytes(
    r"(?m)(?P<setting>^[ \t]*master_key:[ \t]*[^\s#]|^[ \t-]*name:[ \t]*[\"']?(?:key-auth|jwt|oauth2"
    r"|openid-connect|basic-auth|hmac-auth|ldap-auth|mtls-auth)\b"
    r"|\benvoy\.filters\.http\.(?:jwt_authn|ext_authz|oauth2|basic_auth)\b"
    r"|^[ \t]*kind:[ \t]*RequestAuthentication\b"
    r"|\bauthenticate[-_](?:oidc|cognito)\b"
    r"|\bauthorization_type[ \t]*=[ \t]*\"(?:JWT|CUSTOM|AWS_IAM|COGNITO_USER_POOLS)\""
    r"|\bauthorizer_id[ \t]*=|^[ \t]*auth_request[ \t]+/|^[ \t]*auth_basic[ \t]+[\"'][^\"'\n]|oauth2-proxy/oauth2-proxy"
    r"|\btraefik\.http\.middlewares\.[\w.-]{1,80}\.(?:forwardauth|basicauth)\b)"
)
_SIGN_ON: Final = compile_bytes(
    r"(?P<sso>\bGDS::SSO\b|\bgds-sso\b|\bomniauth(?:-\w+)?\b|\bmozilla_django_oidc\b|\bauthbroker_client\b|\ballauth\b"
    r"|\bsocial_core\b|\bdjangosaml2\b|\bpassport-(?:saml|azure-ad|google-oauth20|openidconnect|okta-oauth)\b"
    r"|\b(?:Google|AzureAD|MicrosoftEntraID|Okta|Auth0|Keycloak|Cognito|OneLogin|WorkOS|JumpCloud|Authentik)Provider\("
    r"|\bOpenIDConnect\(|\bConfidentialClientApplication\(|\bauthenticate[-_](?:oidc|cognito)\b"
    r"|\bauth\.generic_oauth\b|\bname:[ \t]*[\"']?openid-connect\b"
    r"|\boauth2-proxy/oauth2-proxy\b|\baws_cognito_identity_provider\b)"
    r"|(?P<second>\bmfa_configuration[ \t]*=[ \t]*\"(?:ON|OPTIONAL)\"|\bdjango_otp\b|\btwo_factor\.\w|\bpyotp\.\w"
    r"|\bspeakeasy\.totp\b"
    r"|\bdevise-two-factor\b|\brequire_mfa\b|\bROTP::TOTP\b|\baws:MultiFactorAuthPresent\b)"
)
_DOOR: Final = compile_bytes(r"(?m)^[ \t]*\"?authenticat(?:e|ion)_\w{1,60}\"?[ \t]*[=:]?[ \t]*\{")
_CLIENT: Final = frozenset({"client_id", "issuer", "user_pool_client_id", "user_pool_arn", "realm_name"})
#: A condition by which a program passes callers on without authentication.
_SWITCH: Final = compile_bytes(
    r"\b(?:if|unless|when)\b[^\n]{0,80}\b(?:(?:is_?)?auth(?:entication)?[_.]?(?:is_?)?(?:disabled|enabled|required)"
    r"|disable_?auth(?:entication)?|no_?auth|skip_?auth(?:entication)?)\b[^\n]*",
    folded=True,
)
#: A function that asks, and asks nobody where its own secret was not set.
_UNSET: Final = compile_bytes(
    r"(?m)^[ \t]*if[ \t]+not[ \t]+(?:\w+(?:\(\))?\.){0,4}(?P<name>\w*(?:secret|api_?key|token|password|auth)\w*)[ \t]*:"
    r"[ \t]*(?:#[^\n]*)?\n[ \t]+return\b(?:[ \t]+(?:None|True))?[ \t]*(?:#[^\n]*)?$",
    folded=True,
)
_ASKS: Final = re.compile(r"auth|verify|bearer|api_?key|require|current_user", re.IGNORECASE)
_PASSES: Final = re.compile(rb"\b(?:return|next|call_next|yield|pass|continue)\b")
#: A function in place of the one that asks: it lets everybody in.
_STANDS_IN: Final = re.compile(
    rb"\bdef[ \t]+\w*(?:auth|user|token)\w*\([^)]*\)[^\n]*:\n(?:[ \t]*(?:[\"'#][^\n]*)?\n){0,4}[ \t]*return\b"
)
_STAND_IN: Final = 10
#: A section on authentication, and in it whether it is on.
_SECTION: Final = compile_bytes(
    r"(?m)^[ \t]*[\"']?(?:auth|authentication|authorization|security)[\"']?[ \t]*:[ \t]*\{?[ \t]*(?:#[^\n]*)?\n"
    r"(?:[ \t]+[^\n]*\n){0,2}?[ \t]+[\"']?(?:enabled|required|active)[\"']?[ \t]*:[ \t]*[\"']?(?:\$\{\w+:-?)?"
    r"(?:(?P<on>true|on|yes)|(?P<off>false|off|no))\b",
    folded=True,
)
_SET: Final = compile_bytes(
    r"(?m)^[ \t-]*[\"']?(?:features|[\w-]{0,24}auth(?:entication)?(?:[-_](?:enabled|required|mode|disabled))?)[\"']?"
    r"[ \t]*[:=][ \t]*[\"']?(?:(?P<on>true|on|enabled|required|auth|all)|(?P<off>false|off|none|disabled))\b",
    folded=True,
)
_WITHOUT: Final = compile_bytes(r"\b(?:no|without|skips?|disables?) auth(?:entication)?\b", folded=True)
#: Scripts of people: what they check is who runs them.
_SCRIPTS: Final = (".sh", ".bash", ".zsh", ".ps1")
_DEFINES: Final = re.compile(rb"\b(?:def|func|function|fn)[ \t]+(?:\([^()\n]{0,60}\)[ \t]*)?$")
_BEFORE: Final = 80
#: What serves: a program that listens, or a framework of such.
_SERVES: Final = compile_bytes(
    r"(?P<serves>\bFastAPI\(|\bFlask\(__|\bStarlette\(|\buvicorn\.run\(|\bexpress\(\)|\bnew Hono\b|\bfastify\("
    r"|\bcreateServer\("
    r"|\bListenAndServe\b|\bgrpc\.NewServer\(|\bROOT_URLCONF\b|\bRails\.application\b|@SpringBootApplication|@RestController"
    r"|\bWebApplication\.CreateBuilder\(|\bgin\.(?:Default|New)\(|\becho\.New\(|\btornado\.web\b|\baiohttp\.web\b"
    r"|\bNestFactory\b"
    r"|\bactix_web\b|\baxum::|\bgr\.(?:Blocks|Interface|ChatInterface)\(|\bstreamlit\b)"
)
#: Words that mean this only in files of a product, by which those are known.
_ONLY_WITH: Final = (
    (re.compile(r"master_key:"), compile_bytes(r"(?m)^(?:model_list|general_settings):")),
    (re.compile(r"^-?\s*name:"), compile_bytes(r"_format_version|KongPlugin|KongClusterPlugin")),
)
_POLICY_KEYS: Final = ("jwt", "oidc", "apiKeyAuth", "basicAuth", "extAuth")
_KINDS: Final = {"exempt": Sign.EXEMPT, "whole": Sign.WHOLE, "route": Sign.ROUTE}
_ADMIN: Final = re.compile(r"admin", re.IGNORECASE)
_CONDITION: Final = re.compile(r"^\s*(?:if|elif|else|unless|case|when)\b|\?\s*\[|(?:&&|\?)\s*$")
_RUBY_LISTS: Final = re.compile(r"(?:^|/)(?:Gemfile|gems\.rb)$")
_NGINX: Final = re.compile(
    r"(?:^|/)(?:nginx[^/]*|[^/]*\.nginx|conf\.d/[^/]+|sites-(?:enabled|available)/[^/]+)\.?(?:conf)?$"
)
#: What tests run with, and nobody else.
_CI: Final = (".github/", ".gitlab", ".circleci/")
_MOST_OF_A_FILE: Final = 2
_MOST_SWITCHES: Final = 5
_LINES_ABOVE: Final = 10


def demands(repository: Repository) -> list[Found]:
    """Lines of programs and settings in use that demand authentication, programs first."""
    files = [file for file in programs(repository) if not file.name.endswith(_SCRIPTS)]
    found = list(_signs(repository, files, _IN_CODE, _KINDS))
    found.extend(_signs(repository, own_settings(repository), _IN_SETTINGS, {"setting": Sign.SETTING}, code_only=False))
    found.extend(_policies(repository))
    return found


def switches(repository: Repository) -> list[Found]:
    """Conditions that pass callers on without authentication, and settings in use that decide about them."""
    found = []
    for source in searched(repository, programs(repository), _SWITCH):
        for hit in source.hits(_SWITCH, within=source.code):
            after = source.around(hit.line, 0, 5)
            if _PASSES.search(after) or _STANDS_IN.search(source.around(hit.line, 0, _STAND_IN)):
                place = source.text.place(hit.line, Sign.SWITCH.value)
                found.append(Found(Sign.SWITCH, place, hit.text, conditional=True, is_admin=False))
    unset = list(_where_unset(repository)) if not found else []
    return [*found[:_MOST_SWITCHES], *(_decided(repository) if found else ()), *unset[:_MOST_SWITCHES]]


def _where_unset(repository: Repository) -> Iterator[Found]:
    """Where a function that asks returns early as its secret is not set, and defaults that leave it so."""
    names: set[str] = set()
    for source in searched(repository, programs(repository), _UNSET):
        for hit in source.hits(_UNSET):
            name = hit.groups["name"]
            is_setting = "." in hit.text or name.isupper()
            if is_setting and _ASKS.search(definition_above(source, hit.line)):
                names.add(name)
                place = source.text.place(hit.line, "lets callers in without it where its secret is not set")
                yield Found(Sign.SWITCH, place, hit.text, conditional=True, is_admin=False)
    if not names:
        return
    unset = r"[ \t]*(?::[^=\n]{1,80})?=[ \t]*(?:None|[\"']{2})[ \t]*(?:#[^\n]*)?$"
    default = pattern_of_names(names, r"(?m)^[ \t]*", unset)
    for source in searched(repository, programs(repository), default):
        for hit in source.hits(default):
            place = source.text.place(hit.line, "not set where nobody sets it")
            yield Found(Sign.SWITCH, place, hit.text, conditional=False, is_admin=False)


def _decided(repository: Repository) -> Iterator[Found]:
    """A comment that says what happens without authentication, and settings that switch it on or off."""
    for source in searched(repository, programs(repository), _WITHOUT):
        said = next(source.mentions(_WITHOUT), None)
        if said is not None:
            place = source.text.place(said.line, "a comment that says so", commented=True)
            yield Found(Sign.OFF, place, said.text, conditional=False, is_admin=False)
    for text in repository.texts(own_settings(repository)):
        told: set[Sign] = set()
        for hit in text.hits(_SET):  # of the whole text, as one file may hold another
            sign = Sign.ON if "on" in hit.groups else Sign.OFF
            if sign not in told and not hit.text.startswith(("#", "//", ";")):
                told.add(sign)
                place = text.place(hit.line, sign.value, counts=sign is Sign.ON)
                yield Found(sign, place, hit.text, conditional=False, is_admin=False)
        for match in _SECTION.finditer(text.data):
            sign = Sign.ON if "on" in groups_of(match) else Sign.OFF
            line = text.line_at(match.end() - 1)
            if sign not in told and not text.line(line).startswith("#"):
                told.add(sign)
                place = text.place(line, sign.value, counts=sign is Sign.ON)
                yield Found(sign, place, text.line(line), conditional=False, is_admin=False)


def _policies(repository: Repository) -> Iterator[Found]:
    """Policies of gateways in Kubernetes that ask callers for a proof of who they are."""
    for manifest in manifests(repository):
        spec = manifest.data.get("spec")
        if (
            manifest.kind != "SecurityPolicy"
            or manifest.path_class is not PlaceClass.LIVE
            or not isinstance(spec, dict)
        ):
            continue
        for key in _POLICY_KEYS:
            if spec.get(key):
                place = manifest.place(repository, "spec", key, shows=Sign.SETTING.value)
                yield Found(Sign.SETTING, place, key, conditional=False, is_admin=False)


def sign_on(repository: Repository) -> list[Found]:
    """Lines of programs and settings in use that set up single sign-on or a second factor."""
    lists = [file for file in repository.matching(_RUBY_LISTS) if file.is_own]
    files = [
        file
        for file in [*programs(repository), *own_settings(repository), *lists]
        if file.name not in _LISTS_OF_PACKAGES
    ]
    kinds = {"sso": Sign.SSO, "second": Sign.SECOND}
    return [*_signs(repository, files, _SIGN_ON, kinds, code_only=False), *_at_the_door(repository)]


def _at_the_door(repository: Repository) -> Iterator[Found]:
    """Sign-in that a load balancer or gateway of Terraform is given as an object: a provider's client, switched on."""
    files = [file for file in settings(repository) if file.name.endswith(".tf")]
    for source in searched(repository, files, _DOOR):
        for block in objects(source, _DOOR):
            given = {name: (value, line) for name, value, line in reversed(block.given)}
            if not _CLIENT.intersection(given):
                continue
            value, line = given.get("enabled", ("true", 0))
            if value in {"false", '"false"'}:
                continue
            conditional = value not in {"true", '"true"'}
            for at in (block.line, line) if line else (block.line,):
                place = source.text.place(at, Sign.SSO.value)
                yield Found(Sign.SSO, place, source.text.line(at), conditional, is_admin=False)


_LISTS_OF_PACKAGES: Final = frozenset({"package.json", "pyproject.toml", "pipfile", "setup.cfg", "dependabot.yml"})


def own_settings(repository: Repository, path_class: PlaceClass = PlaceClass.LIVE) -> list[File]:
    """Files of settings that people write and something runs with; those of continuous integration are not."""
    found = [*settings(repository, classes=(path_class,)), *repository.matching(_NGINX)]
    return [
        file
        for file in dict.fromkeys(found)
        if file.path_class is path_class and file.size <= LONGEST_BY_HAND and not file.path.startswith(_CI)
    ]


def serving(repository: Repository) -> InspectedPlace | None:
    """The first line that shows that the program serves callers; None where none does."""
    for _, source, hit in signs(repository, programs(repository), _SERVES):
        if source.part_at(hit.start) is Part.CODE:
            return source.text.place(hit.line, "the program serves callers")
    return None


def _signs(
    repository: Repository, files: Iterable[File], pattern: Any, kinds: dict[str, Sign], *, code_only: bool = True
) -> Iterator[Found]:
    shown: dict[tuple[str, Sign], int] = {}
    for name, source, hit in signs(repository, files, pattern):
        if code_only and source.part_at(hit.start) is not Part.CODE:
            continue
        if any(word.search(hit.text) and not known.search(source.stated) for word, known in _ONLY_WITH):
            continue
        if code_only and _DEFINES.search(source.code[max(hit.start - _BEFORE, 0) : hit.start]):
            continue  # the function that would check; whether anything calls it is shown elsewhere
        sign = kinds[name]
        key = (source.text.path, sign)
        shown[key] = shown.get(key, 0) + 1
        if shown[key] > _MOST_OF_A_FILE:
            continue
        is_admin = _ADMIN.search(hit.text) is not None or _ADMIN.search(source.text.path) is not None
        place = source.text.place(hit.line, sign.value)
        yield Found(sign, place, hit.text, _is_conditional(source, hit), is_admin)


def _is_conditional(source: SourceCode, hit: Hit) -> bool:
    """Whether a condition stands above the line, among the lines that hold it."""
    *above, own = source.around(hit.line, _LINES_ABOVE, 0).decode("utf-8", "replace").split("\n")
    depth = _depth(own)
    for line in reversed(above):
        if not line.strip(" \t(){}[];,"):
            continue
        if _depth(line) < depth or (_depth(line) == depth and depth and _CONDITION.search(line)):
            depth = _depth(line)
            if _CONDITION.search(line):
                return True
        if not depth:
            return False
    return False


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
