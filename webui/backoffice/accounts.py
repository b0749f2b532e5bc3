"""Settings > Accounts: who may sign in, and what is done to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine.accounts import Role
from engine.accounts.identities import IdentityLinked, IdentityTaken, SubjectInvalid
from engine.accounts.records import (
    AccountDisabled,
    AccountNameInvalid,
    AccountNameTaken,
    LastAdministrator,
    RoleUnknown,
)
from engine.application import Application
from webui.backoffice.access import Access
from webui.backoffice.requests import page, to

ROLES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: "Everything, accounts and keys included",
    Role.DESIGNER: "Draws processes and forms, tries them out and deploys them",
    Role.OPERATOR: "Makes process tokens and looks after process instances",
    Role.AUDITOR: "Sees everything, accounts included, and changes nothing",
    Role.VIEWER: "Sees processes, forms, tokens and instances",
}
"""What each role is for."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that is done to an account, once it is confirmed."""

    question: str
    """With the account's name in it."""
    text: str
    """What it will do."""
    button: str
    dangerous: bool = True


ACTIONS: Mapping[str, Action] = {
    "disable": Action(
        "Disable {}?",
        "Nobody can sign in with the account any more, and its API keys do not work. Whoever is signed in is signed "
        "out at once. You can enable it again.",
        "Disable the account",
    ),
    "enable": Action(
        "Enable {}?",
        "Its owner can sign in again with the password and the second factor from before. Its API keys work again.",
        "Enable the account",
        dangerous=False,
    ),
    "sign-out": Action(
        "Sign {} out everywhere?",
        "Every browser in which the account is signed in is signed out at once. What was not saved there is lost.",
        "Sign out everywhere",
    ),
    "reset-link": Action(
        "Make a reset link for {}?",
        "You get a link by which its owner chooses a new password, once. An earlier link leads nowhere from then on. "
        "The password that there is stays good until the link is used.",
        "Make the link",
        dangerous=False,
    ),
    "reset-factor": Action(
        "Reset the second factor of {}?",
        "Its authenticator app and its recovery codes are good no more, and whoever is signed in is signed out. "
        "Make sure that it is the owner who asks you for this.",
        "Reset the second factor",
    ),
    "unlink": Action(
        "Unlink {} from the provider?",
        "Nobody can sign in to it at the provider any more, and whoever did is signed out. Without a password, "
        "its owner gets in again by a reset link only.",
        "Unlink the account",
    ),
}
"""What can be done, by the end of its address."""


@dataclass(frozen=True, slots=True)
class AccountPages:
    """The pages of those who look after accounts."""

    application: Application
    access: Access

    def list(self) -> Response:
        """Show every account."""
        return page("accounts/list.html", entries=self.application.administration.entries())

    def show(self, account: str) -> Response:
        """Show one account."""
        return self._show(account)

    def new(self) -> Response:
        """Ask for a name and a role."""
        return _ask({}, "", Role.VIEWER)

    def create(self) -> Response:
        """Make an account, and show its one-time password: only now."""
        name, role = request.form.get("name", "").strip(), request.form.get("role", "")
        try:
            issued = self.application.administration.create(name, role, by=self.access.who)
        except (AccountNameInvalid, AccountNameTaken) as refused:
            return _ask({"name": refused.message}, name, role)
        except RoleUnknown as refused:
            return _ask({"role": refused.message}, name, role)
        return page("accounts/issued.html", issued=issued)

    def change_role(self, account: str) -> Response:
        """Give an account another role."""
        try:
            self.application.administration.change_role(account, request.form.get("role", ""), by=self.access.who)
        except (LastAdministrator, RoleUnknown) as refused:
            return self._show(account, {"role": refused.message})
        return to("show_account", account=account, done="role")

    def link(self, account: str) -> Response:
        """Link an account to somebody at the provider."""
        subject = request.form.get("subject", "").strip()
        try:
            self.application.sign_on.links.link_for(account, subject, by=self.access.who)
        except (IdentityLinked, IdentityTaken, SubjectInvalid) as refused:
            return self._show(account, {"subject": refused.message}, subject)
        return to("show_account", account=account, done="account-link")

    def ask(self, account: str, action: str) -> Response:
        """Say what something will do."""
        entry = self.application.administration.entry(account)
        return page("accounts/act.html", entry=entry, action=_known(action), path=action)

    def act(self, account: str, action: str) -> Response:
        """Do it."""
        _known(action)
        try:
            return self._do(account, action)
        except (LastAdministrator, AccountDisabled) as refused:
            return self._show(account, {"act": refused.message})

    def _do(self, account: str, action: str) -> Response:
        office = self.application.administration
        if action == "reset-link":
            issued = office.reset_link(account, by=self.access.who)
            link = self.access.reset_link(issued.link)
            return page("accounts/link.html", issued=issued, link=link)
        does: Mapping[str, Callable[..., None]] = {
            "disable": office.disable,
            "enable": office.enable,
            "sign-out": office.sign_out,
            "reset-factor": office.reset_second_factor,
            "unlink": self.application.sign_on.links.unlink_for,
        }
        does[action](account, by=self.access.who)
        return to("show_account", account=account, done=f"account-{action}")

    def _show(self, account: str, errors: Mapping[str, str] | None = None, subject: str = "") -> Response:
        entry, sign_on = self.application.administration.entry(account), self.application.sign_on
        return page(
            "accounts/show.html",
            wrong=bool(errors),
            entry=entry,
            roles=ROLES,
            errors=errors or {},
            identities=sign_on.links.of(entry.account),
            provider=sign_on.label,
            passwords=sign_on.takes_passwords,
            subject=subject,
        )


def _known(action: str) -> Action:
    found = ACTIONS.get(action)
    if found is None:
        raise NotFound
    return found


def _ask(errors: Mapping[str, str], name: str, role: str) -> Response:
    return page("accounts/new.html", wrong=bool(errors), errors=errors, name=name, role=role, roles=ROLES)
