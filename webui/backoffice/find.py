"""The search in the head of every page: what is found of everything that the account may see, in groups.

What is looked for is in the address, as that of the search for users is: the same is said of it in docs/operating.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from engine.accounts import Permission
from engine.application import Application
from engine.finding import LONGEST, Kind, Named
from webui.backoffice import instance_words
from webui.backoffice.access import Access
from webui.backoffice.requests import to

NEEDS: Mapping[Kind, Permission] = {
    Kind.INSTANCES: Permission.INSTANCES_VIEW,
    Kind.TOKENS: Permission.TOKENS_VIEW,
    Kind.PROCESSES: Permission.PROCESSES_VIEW,
    Kind.FORMS: Permission.FORMS_VIEW,
    Kind.USERS: Permission.USERS_VIEW,
    Kind.ACCOUNTS: Permission.ACCOUNTS_VIEW,
}
"""What it takes to find something of a kind."""

_LABELS: Mapping[Kind, str] = {
    Kind.INSTANCES: "Process Instances",
    Kind.TOKENS: "Process Tokens",
    Kind.PROCESSES: "Process Definitions",
    Kind.FORMS: "Custom Forms",
    Kind.USERS: "Users",
    Kind.ACCOUNTS: "Accounts",
}


@dataclass(frozen=True, slots=True)
class FindPage:
    """Looks for everything at once."""

    application: Application
    access: Access

    def show(self) -> str | Response:
        """Show what is found; whatever has the very id that was typed is gone to."""
        text = request.args.get("q", "").strip()[:LONGEST]
        permitted = self.access.known().permissions
        kinds = [kind for kind, permission in NEEDS.items() if permission in permitted]
        found = self.application.finder.find(text, kinds)
        if found.exactly is not None:
            return _go(*found.exactly)
        return render_template(
            "backoffice/find.html",
            text=text,
            found=found,
            labels=_LABELS,
            kinds=[_LABELS[kind] for kind in Kind if kind in kinds],
            statuses=instance_words.STATUSES,
            link=self._link,
            maximum=LONGEST,
        )

    def _link(self, kind: Kind, each: Named) -> str:
        """Return the page of something that was found."""
        match kind:
            case Kind.PROCESSES:
                editable = self.access.permits(Permission.PROCESSES_EDIT)
                return url_for("backoffice.designer" if editable else "backoffice.process_versions", key=each.id)
            case Kind.FORMS:
                editable = self.access.permits(Permission.FORMS_EDIT)
                return url_for("backoffice.builder" if editable else "backoffice.versions", name=each.id)
            case Kind.USERS:
                return url_for("backoffice.user", store_id=each.store_id, user_id=each.id)
            case Kind.ACCOUNTS:
                return url_for("backoffice.show_account", account=each.id)
        return url_for("backoffice.tokens", q=each.name)


def _go(kind: Kind, found: Named) -> Response:
    match kind:
        case Kind.INSTANCES:
            return to("instance", instance_id=found.id)
        case Kind.USERS:
            return to("user", store_id=found.store_id, user_id=found.id)
    return to("tokens", q=found.name)
