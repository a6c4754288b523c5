"""Artefacts read from a forge (GitHub, GitLab): rules of branches, reviews, runs, environments, alerts, releases.

Nobody is named: a person is a pseudonym, a team or a program is called as the forge calls it. A field that is left
out was not told, or was not shown to the token; that is not the same as `false` or zero.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tieout.domain.base import Model

Forge = Literal["github", "gitlab"]


class Actor(Model):
    """Someone or something that has a right on the forge."""

    who: str = Field(description="pseudonym of a person; name or number of anything else")
    kind: Literal["person", "team", "program", "role", "key", "unknown"]
    mode: str | None = Field(default=None, description="when a bypass holds, as the forge calls it: always, …")


class BranchRule(Model):
    """One rule that the forge holds changes of a branch to."""

    origin: Literal["branch protection", "ruleset", "protected branch", "approval rule", "merge settings"]
    name: str
    branches: tuple[str, ...] = Field(description="names or patterns of the branches, as the forge writes them")
    excluded: tuple[str, ...] = ()
    enforced: bool = Field(
        description="false: a rule that is switched off, only tried out or of no branch; it protects nothing"
    )
    change_request: bool | None = Field(
        default=None, description="whether a change must come by a pull request or merge request"
    )
    required_reviews: int | None = Field(default=None, description="approvals that a change needs")
    code_owners: bool | None = Field(default=None, description="whether code owners must approve")
    stale_dismissed: bool | None = Field(default=None, description="whether a new push takes approvals away")
    last_push: bool | None = Field(default=None, description="whether another than who pushed last must approve")
    author_may_approve: bool | None = None
    required_checks: tuple[str, ...] | None = Field(default=None, description="checks that must succeed, by name")
    required_workflows: tuple[str, ...] = ()
    checks_on_latest: bool | None = Field(default=None, description="whether they must run on the newest base")
    skipped_pass: bool | None = Field(default=None, description="whether a skipped pipeline counts as succeeded")
    admins_bound: bool | None = None
    force_push: bool | None = Field(default=None, description="whether history may be overwritten")
    deletion: bool | None = Field(default=None, description="whether the branch may be deleted")
    bypass: tuple[Actor, ...] | None = Field(
        default=None, description="who may pass the rule by; left out where the token is not shown it"
    )


class BranchProtection(Model):
    """What the forge holds changes of its branches to, as the settings stand."""

    forge: Forge
    repository: str | None = None
    rules: tuple[BranchRule, ...]
    unseen: tuple[str, ...] = Field(default=(), description="settings that could not be read, so that more may hold")


class MergedChange(Model):
    """One pull request or merge request that was merged in the period."""

    number: int
    merged_at: datetime
    base: str | None = Field(default=None, description="branch that it was merged into")
    commit: str | None = Field(default=None, description="commit of the merge, as the forge tells it")
    outcome: Literal["reviewed", "not reviewed", "unknown"]
    reason: str | None = Field(default=None, description="why it does not count as reviewed")
    at_head: bool | None = Field(
        default=None, description="whether an approval that counts is of the last commit; left out where not told"
    )


class PushedCommit(Model):
    """One commit of the branch that no merged pull or merge request brought."""

    commit: str
    committed_at: datetime


class ChangeReviews(Model):
    """Merged changes of the period, and how many a person other than their author approved before the merge."""

    forge: Forge
    repository: str | None = None
    branches: tuple[str, ...] = Field(default=(), description="branches that the changes were merged into")
    start: datetime
    end: datetime
    merged: int = Field(description="changes merged in the period, of those that are listed")
    judged: int = Field(description="of these, those whose reviews are known: the denominator")
    reviewed: int = Field(description="of the judged, those that a non-author approved before the merge")
    approved_at_head: int = Field(description="of the reviewed, those whose approval is known to be of the last commit")
    over_objection: int = Field(default=0, description="merged while a reviewer's last word asked for changes")
    by_programs: int | None = Field(
        default=0, description="merged changes whose author is a program; left out: not told of every author"
    )
    commits: int | None = Field(
        default=None,
        description="all changes: commits of the branch's first-parent line in the period; left out: not listed whole",
    )
    without_pull: int | None = Field(
        default=None, description="of these commits, those that are known to come from no merged request"
    )
    pull_unknown: int | None = Field(
        default=None, description="of these commits, those of which nothing tells whether a request brought them"
    )
    listed_whole: bool | None = Field(
        default=None, description="whether the list is known to hold every change of the period; left out: not known"
    )
    changes: tuple[MergedChange, ...] = Field(
        default=(), description="those that were not reviewed, then the unknown, then the reviewed: the first 1,000"
    )
    pushed: tuple[PushedCommit, ...] = Field(
        default=(), description="commits without a request, newest first: the first 1,000"
    )


class CiRun(Model):
    """One job of a run of continuous integration, or the run where its jobs are not known."""

    workflow: str
    run: int | None = Field(default=None, description="number of the run or pipeline")
    job: str | None = None
    commit: str
    branch: str | None = None
    event: str | None = Field(default=None, description="what started it: push, pull_request, schedule, …")
    conclusion: str | None = Field(default=None, description="as the forge calls it; left out while it is not over")
    started: datetime
    may_fail: bool | None = Field(default=None, description="whether a failure of this job stops nothing")
    attempt: int | None = Field(
        default=None, description="which attempt of its run it is: the latest decides; from 2 on it was run again"
    )
    failed_before: bool | None = Field(
        default=None,
        description="whether an earlier attempt ended without success; left out: none is among the answers",
    )


class CiRuns(Model):
    """Runs of continuous integration that started in the period."""

    forge: Forge
    repository: str | None = None
    start: datetime
    end: datetime
    total: int = Field(description="rows found, those beyond the first 5,000 included")
    by_conclusion: dict[str, int] = Field(description="conclusion -> rows; `not over` for those without one")
    passed_on_rerun: int | None = Field(
        default=0,
        description="of these, those that succeeded only when they were run again; left out: the earlier attempts of "
        "one are not all among the answers",
    )
    listed_whole: bool | None = Field(default=None, description="whether the list is known to hold every run")
    runs: tuple[CiRun, ...] = Field(default=(), description="the newest 5,000, oldest first")


class DeploymentEnvironment(Model):
    """One environment that the forge deploys to, and who must agree."""

    name: str
    approvals: int | None = Field(default=None, description="approvals that a deployment needs")
    approvers: tuple[Actor, ...] = ()
    self_review: bool | None = Field(default=None, description="whether who starts a deployment may approve it")
    deployers: tuple[Actor, ...] = Field(default=(), description="who may deploy, where that is limited")
    branches: Literal["all", "protected", "chosen"] | None = Field(
        default=None, description="branches that may be deployed from"
    )
    admins_bypass: bool | None = None
    wait_minutes: int | None = None


class DeploymentEnvironments(Model):
    """The environments of a repository, as the settings stand."""

    forge: Forge
    repository: str | None = None
    environments: tuple[DeploymentEnvironment, ...]
    listed_whole: bool | None = None


class AlertFeed(Model):
    """Alerts of one kind: how many are open, by severity. A feed that is switched off has no counts."""

    feed: Literal["dependencies", "code", "secrets", "vulnerabilities"]
    enabled: bool
    open: dict[str, int] | None = Field(
        default=None,
        description="severity -> open alerts; left out where switched off, or where no answer lists all that are open",
    )
    closed: dict[str, int] | None = Field(default=None, description="how they were closed -> alerts")
    oldest_open: datetime | None = None
    listed_whole: bool | None = Field(default=None, description="whether every alert was listed")


class SecurityAlerts(Model):
    """Counts of security alerts; no alert is kept."""

    forge: Forge
    repository: str | None = None
    feeds: tuple[AlertFeed, ...]


class ForgeRelease(Model):
    """One release as published on the forge."""

    tag: str
    published_at: datetime | None = None
    draft: bool = False
    prerelease: bool = False
    immutable: bool | None = None
    assets: int | None = Field(default=0, description="files; left out where the export does not list them")
    assets_with_digest: int | None = Field(default=None, description="files whose digest the forge tells")


class ForgeReleases(Model):
    """Releases published up to the as-of time."""

    forge: Forge
    repository: str | None = None
    releases: tuple[ForgeRelease, ...] = Field(description="newest first, at most 1,000; drafts last")
    total: int
    listed_whole: bool | None = None
