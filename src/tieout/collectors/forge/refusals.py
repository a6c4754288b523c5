"""What a forge's refusal means: a plain sentence, and never that there is nothing."""

from typing import Final, Literal

from tieout.collectors.forge.answers import UNPROTECTED, Answer
from tieout.kernel.reading.masking import sayable

Meaning = Literal["unprotected", "switched off", "nothing yet", "not shown"]

_UNAUTHORISED, _FORBIDDEN, _MISSING, _MANY = 401, 403, 404, 429
_BROKEN: Final = 500

#: What a token needs for each form; the names are those that the forges use for their permissions.
NEEDED: Final = {
    "github-protection": "'Administration: read' of the repository",
    "github-ruleset": "'Metadata: read', and write access to be shown who may bypass",
    "github-rulesets": "'Metadata: read'",
    "github-branch-rules": "'Metadata: read'",
    "github-repository": "'Metadata: read'",
    "github-pulls": "'Pull requests: read'",
    "github-reviews": "'Pull requests: read'",
    "github-commits": "'Contents: read'",
    "github-commit-pulls": "'Pull requests: read' and 'Contents: read'",
    "github-runs": "'Actions: read'",
    "github-jobs": "'Actions: read'",
    "github-checks": "'Checks: read'",
    "github-environments": "'Actions: read'",
    "github-releases": "'Contents: read'",
    "github-collaborators": "push access to the repository and 'Metadata: read'",
    "github-teams": "'Administration: read' of the repository",
    "github-dependabot": "'Dependabot alerts: read'",
    "github-code-scanning": "'Code scanning alerts: read'",
    "github-secret-scanning": "'Secret scanning alerts: read'",
    "gitlab-protected-branches": "scope 'read_api' and the role Maintainer",
    "gitlab-approval-rules": "scope 'read_api' and a plan that has approval rules",
    "gitlab-approval-settings": "scope 'read_api' and a plan that has approval settings",
    "gitlab-protected-environments": "scope 'read_api' and a plan that has protected environments",
    "gitlab-vulnerabilities": "scope 'read_api', the role Developer and a plan that has the vulnerability report",
}
_DEFAULT: Final = "scope 'read_api' and a role in the project"
# Texts of GitHub's own answers, compared without case.
_OFF: Final = (
    "are disabled for this repository",
    "is disabled on this repository",
    "must be enabled for this repository",
)
_NOTHING_YET: Final = "no analysis found"


def meaning(answer: Answer) -> Meaning:
    """What a refusal says, as far as it says anything."""
    said = answer.message.casefold()
    if answer.form.name == "github-protection" and answer.message == UNPROTECTED:
        return "unprotected"
    if answer.status in {_FORBIDDEN, _MISSING} and any(words in said for words in _OFF):
        return "switched off"
    if answer.form.name == "github-code-scanning" and answer.status == _MISSING and _NOTHING_YET in said:
        return "nothing yet"
    return "not shown"


def sentence(answer: Answer) -> str:
    """Why an answer is a refusal, and what the token would need."""
    said = f" ('{sayable(answer.message)}')" if answer.message else ""
    needed = NEEDED.get(answer.form.name, _DEFAULT)
    if answer.status == _UNAUTHORISED:
        return f"the forge does not accept the token, or wants one{said}; it needs {needed}"
    if answer.status == _FORBIDDEN:
        return f"the forge refuses to show it to this token{said}; it needs {needed}"
    if answer.status == _MISSING:
        return f"the forge says that it is not there, or hides it from this token{said}; to see it needs {needed}"
    if answer.status == _MANY:
        return f"the forge took no more requests{said}; run again later, or narrow the period"
    if answer.status >= _BROKEN:
        return f"the forge failed (status {answer.status}){said}; run again later"
    return f"the forge refused the request (status {answer.status}){said}"
