"""What somebody can be permitted to do, and the roles that are permitted it."""

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    """One thing that a page of the backoffice needs."""

    ACCOUNT_OWN = "account.own"
    """Look after one's own account: every role has it."""
    FORMS_VIEW = "forms.view"
    FORMS_EDIT = "forms.edit"
    """Drafts and versions, which nobody is shown."""
    FORMS_DEPLOY = "forms.deploy"
    """Which version people are shown."""
    SANDBOX_USE = "sandbox.use"
    """Try drafts of processes, in installations that are thrown away."""


ADMINISTRATOR = "administrator"

ROLES: Mapping[str, frozenset[Permission]] = {ADMINISTRATOR: frozenset(Permission)}
"""Every role with what it is permitted."""


def permissions_of(role: str) -> frozenset[Permission]:
    """Return what a role is permitted; one that is not known is permitted nothing."""
    return ROLES.get(role, frozenset())
