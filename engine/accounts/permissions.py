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
    PROCESSES_VIEW = "processes.view"
    PROCESSES_EDIT = "processes.edit"
    """Drafts and saved states, which nobody runs."""
    PROCESSES_DEPLOY = "processes.deploy"
    """Which version is run from now on."""
    TOKENS_VIEW = "tokens.view"
    TOKENS_CREATE = "tokens.create"
    """Links that let people begin a process."""
    INSTANCES_VIEW = "instances.view"
    STORES_VIEW = "stores.view"
    STORES_EDIT = "stores.edit"
    USERS_VIEW = "users.view"
    """Search for users and see everything about one; never a secret."""
    USERS_EDIT = "users.edit"
    """Make, change, disable and delete users."""
    USERS_LOCK = "users.lock"
    CREDENTIALS_REVOKE = "credentials.revoke"
    """End a user's TOTP registration."""
    POLICIES_VIEW = "policies.view"
    POLICIES_EDIT = "policies.edit"
    SANDBOX_USE = "sandbox.use"
    """Trying a draft out, with data that is made up."""


ADMINISTRATOR = "administrator"

ROLES: Mapping[str, frozenset[Permission]] = {ADMINISTRATOR: frozenset(Permission)}
"""Every role with what it is permitted."""


def permissions_of(role: str) -> frozenset[Permission]:
    """Return what a role is permitted; one that is not known is permitted nothing."""
    return ROLES.get(role, frozenset())
