"""What somebody can be permitted to do, and the roles that are permitted it."""

from collections.abc import Mapping
from dataclasses import dataclass
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
    INSTANCES_START = "instances.start"
    """Begin a process for somebody, by a program."""
    TASKS_SUBMIT = "tasks.submit"
    """Fill in forms that wait while no browser has their instance, by a program."""
    EVENTS_PUBLISH = "events.publish"
    """Send the messages and signals that instances wait for."""
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
    JOBS_VIEW = "jobs.view"
    """Work and mails that were given up: what failed, and never what a mail says."""
    JOBS_RETRY = "jobs.retry"
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
    WEBHOOKS_VIEW = "webhooks.view"
    """See webhooks and what was delivered; never the whole URL, never a secret."""
    WEBHOOKS_EDIT = "webhooks.edit"
    """Who is told of events by HTTP."""
    DASHBOARD_VIEW = "dashboard.view"
    """Figures of all journeys: how many, and nobody's."""
    AUDIT_VIEW = "audit.view"
    AUDIT_EXPORT = "audit.export"
    ACCOUNTS_VIEW = "accounts.view"
    ACCOUNTS_EDIT = "accounts.edit"
    """Who may sign in, with which role, and how they get in again."""
    API_KEYS_OWN = "api-keys.own"
    API_KEYS_MANAGE = "api-keys.manage"
    """See and revoke the keys of others, too."""
    SETTINGS_VIEW = "settings.view"
    SETTINGS_EDIT = "settings.edit"
    """How pages look, which server sends mail, how long what is over is kept."""


class Role(StrEnum):
    """What an account is for."""

    ADMINISTRATOR = "administrator"
    DESIGNER = "designer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    VIEWER = "viewer"


ADMINISTRATOR = Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Grant:
    """Who is permitted something."""

    text: str
    """What it lets an account do."""
    roles: frozenset[Role]
    """The administrator is permitted everything."""

    @classmethod
    def to(cls, text: str, *roles: Role) -> "Grant":
        """Permit it to the administrator and to these."""
        return cls(text, frozenset({Role.ADMINISTRATOR, *roles}))


_DESIGNER, _OPERATOR, _AUDITOR = Role.DESIGNER, Role.OPERATOR, Role.AUDITOR

GRANTS: Mapping[Permission, Grant] = {
    Permission.ACCOUNT_OWN: Grant.to("look after its own password, second factor and sessions", *Role),
    Permission.FORMS_VIEW: Grant.to("see forms and their versions", *Role),
    Permission.FORMS_EDIT: Grant.to("change drafts of forms and save versions", _DESIGNER),
    Permission.FORMS_DEPLOY: Grant.to("choose the version of a form that people are shown", _DESIGNER),
    Permission.PROCESSES_VIEW: Grant.to("see processes and their versions", *Role),
    Permission.PROCESSES_EDIT: Grant.to("change drafts of processes and save states", _DESIGNER),
    Permission.PROCESSES_DEPLOY: Grant.to("choose the version of a process that is run", _DESIGNER),
    Permission.TOKENS_VIEW: Grant.to("see the list of process tokens", *Role),
    Permission.TOKENS_CREATE: Grant.to(
        "make process tokens, give them new links, switch them off and on", _DESIGNER, _OPERATOR
    ),
    Permission.INSTANCES_VIEW: Grant.to("see process instances", *Role),
    Permission.INSTANCES_START: Grant.to("start instances by a program", _OPERATOR),
    Permission.TASKS_SUBMIT: Grant.to("fill in forms of instances that no browser has, by a program", _OPERATOR),
    Permission.EVENTS_PUBLISH: Grant.to("send messages and signals", _OPERATOR),
    Permission.INSTANCES_RETRY: Grant.to("retry instances that stopped", _OPERATOR),
    Permission.INSTANCES_SKIP: Grant.to("leave a step as if it had done its work", _OPERATOR),
    Permission.INSTANCES_SUSPEND: Grant.to("suspend and resume instances", _OPERATOR),
    Permission.INSTANCES_CANCEL: Grant.to("cancel instances", _OPERATOR),
    Permission.INSTANCES_CHANGE: Grant.to("set variables of instances", _OPERATOR),
    Permission.INSTANCES_MOVE: Grant.to("put tokens on other steps", _OPERATOR),
    Permission.INSTANCES_MIGRATE: Grant.to("let instances go on in another version of their process", _OPERATOR),
    Permission.INSTANCES_SKIP_IDENTITY: Grant.to("jump over steps that say or prove who somebody is"),
    Permission.INSTANCES_EXPORT: Grant.to("take instances away as files", _OPERATOR, _AUDITOR),
    Permission.JOBS_VIEW: Grant.to("see background work and mails that were given up", _OPERATOR, _AUDITOR),
    Permission.JOBS_RETRY: Grant.to("have background work and mails that were given up tried again", _OPERATOR),
    Permission.SANDBOX_USE: Grant.to("try drafts of processes out", _DESIGNER),
    Permission.DASHBOARD_VIEW: Grant.to("see how many journeys there are and how they end", *Role),
    Permission.WEBHOOKS_VIEW: Grant.to("see webhooks and what was delivered to them", _AUDITOR),
    Permission.WEBHOOKS_EDIT: Grant.to("make and change webhooks, give them new secrets, send events again"),
    Permission.AUDIT_VIEW: Grant.to("see and verify the audit trail", _AUDITOR),
    Permission.AUDIT_EXPORT: Grant.to("take the audit trail away as a file", _AUDITOR),
    Permission.STORES_VIEW: Grant.to("see identity stores", *Role),
    Permission.STORES_EDIT: Grant.to("make identity stores and change their settings"),
    Permission.USERS_VIEW: Grant.to("look for users, and see everything about one but secrets", _OPERATOR, _AUDITOR),
    Permission.USERS_EDIT: Grant.to("make, change, disable, enable and delete users", _OPERATOR),
    Permission.USERS_LOCK: Grant.to("lock and unlock users", _OPERATOR),
    Permission.CREDENTIALS_REVOKE: Grant.to("end the TOTP registration of a user", _OPERATOR),
    Permission.POLICIES_VIEW: Grant.to("see TOTP policies and what they mean", *Role),
    Permission.POLICIES_EDIT: Grant.to("make TOTP policies and change them"),
    Permission.ACCOUNTS_VIEW: Grant.to("see accounts", _AUDITOR),
    Permission.ACCOUNTS_EDIT: Grant.to("make accounts, change roles, disable accounts, let people in again"),
    Permission.API_KEYS_OWN: Grant.to("make API keys with permissions of its own", _DESIGNER, _OPERATOR),
    Permission.API_KEYS_MANAGE: Grant.to("see and revoke the API keys of others"),
    Permission.SETTINGS_VIEW: Grant.to("see branding, mail and retention; never a password", _AUDITOR),
    Permission.SETTINGS_EDIT: Grant.to("change branding, mail and retention, send test mails"),
}
"""Every permission with what it means and who has it; a test finds one that is missing."""

ROLES: Mapping[str, frozenset[Permission]] = {
    role: frozenset(Permission)
    if role is Role.ADMINISTRATOR
    else frozenset(permission for permission, grant in GRANTS.items() if role in grant.roles)
    for role in Role
}
"""Every role with what it is permitted."""

NOT_FOR_KEYS = frozenset(
    {Permission.ACCOUNT_OWN, Permission.ACCOUNTS_EDIT, Permission.API_KEYS_OWN, Permission.API_KEYS_MANAGE}
)
"""What no API key can do, so that a key that was lost makes no other way in."""


def permissions_of(role: str) -> frozenset[Permission]:
    """Return what a role is permitted; one that is not known is permitted nothing."""
    return ROLES.get(role, frozenset())
