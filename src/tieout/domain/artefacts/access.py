"""Artefact of who may do what: principals and their roles, as a forge, a cloud or a directory of people exports them.

Nobody is named: a person is a pseudonym, anything else is called as the export calls it. A field that is left out was
not told; that is not the same as `false`.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from tieout.domain.base import Model

PrincipalKind = Literal["person", "team", "program", "everyone", "unknown"]


class AccessRow(Model):
    """One principal and one role that it has."""

    principal: str = Field(description="pseudonym of a person; name of anything else")
    kind: PrincipalKind = Field(
        description="`team` is a group, `program` what no person signs in as, `everyone` whoever asks; `unknown`: the "
        "export does not tell whether it is a person, so that its name is a pseudonym"
    )
    role: str = Field(description="as the product calls it; `member` of a group that the scope names")
    scope: str | None = Field(
        default=None, description="where the role holds, if not in all that the export is of: a project, a group"
    )
    through: str | None = Field(default=None, description="group that the role comes from, if it is not given directly")
    writes: bool | None = Field(default=None, description="whether the role may change the default content")
    admin: bool | None = Field(default=None, description="whether the role may change settings, or who has which role")
    reason: str | None = Field(default=None, description="why what the role may do is not told, where it is not")
    active: bool | None = Field(
        default=None, description="whether it can sign in; false: locked, switched off, or without any credential"
    )
    guest: bool | None = Field(default=None, description="whether it belongs to another organisation")
    mfa: bool | None = Field(default=None, description="second factor; left out where the export does not tell it")
    last_used: datetime | None = None
    expires_on: date | None = Field(default=None, description="day from which the role no longer holds")


class RbacExport(Model):
    """Who has which role, as exported."""

    product: str
    scope: str | None = Field(default=None, description="repository, account or realm that the roles are of")
    rows: tuple[AccessRow, ...]
    total: int = Field(description="rows found, those that the list leaves out included")
    listed_whole: bool | None = Field(
        default=None, description="whether the export holds every row; false: it says itself that it was cut"
    )
