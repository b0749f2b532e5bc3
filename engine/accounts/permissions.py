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
    INSTANCES_RETRY = "instances.retry"
    INSTANCES_SKIP = "instances.skip"
    """Leave a step as if it had done its work."""
    INSTANCES_SUSPEND = "instances.suspend"
    """Let instances stand still, and go on again."""
    INSTANCES_CANCEL = "instances.cancel"
    INSTANCES_CHANGE = "instances.change"
    """Set variables."""
    INSTANCES_MOVE = "instances.move"
    """Put tokens on other elements."""
    INSTANCES_MIGRATE = "instances.migrate"
    """Let instances go on in another version of their process."""
    INSTANCES_SKIP_IDENTITY = "instances.skip-identity"
    """Jump over steps that say or prove who somebody is, with one of the others."""
    INSTANCES_EXPORT = "instances.export"
    """Take what is known of an instance away as a file."""
    SANDBOX_USE = "sandbox.use"
    """Trying a draft out, with data that is made up."""


ADMINISTRATOR = "administrator"

ROLES: Mapping[str, frozenset[Permission]] = {ADMINISTRATOR: frozenset(Permission)}
"""Every role with what it is permitted."""


def permissions_of(role: str) -> frozenset[Permission]:
    """Return what a role is permitted; one that is not known is permitted nothing."""
    return ROLES.get(role, frozenset())
