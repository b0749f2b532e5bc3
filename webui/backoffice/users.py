"""Users: nothing is listed until somebody looks for something; and everything about one of them.

What is looked for is in the address, so that a search can be gone back to and sent on. Our log has the names of routes
and never an address (`webui.logging`); a browser keeps no more than its history (`no-store`), and tells no other site
(`no-referrer`); the next page of a search is named by an ID. What a proxy in front of us logs is its own: the operator
is told in docs/operating.md to leave out the query of `/backoffice/users`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from flask import render_template, request

from engine.accounts import Permission
from engine.application import Application
from engine.audit import MAXIMUM_NUMBER
from engine.audit.of_user import of_user
from engine.identity import UserStatus, listing
from engine.identity.overview import overview
from engine.identity.search import MAXIMUM_TEXT, Field, Found, search
from engine.instances.about_user import about_user
from webui.backoffice.access import Access
from webui.backoffice.instance_words import STATUSES as INSTANCE_STATUSES

PAGE = 50
"""How many users, or events, one page has."""

JOURNEYS = 20
"""How many process instances the page of a user shows."""

STATUSES: Mapping[UserStatus, tuple[str, str]] = {
    UserStatus.ACTIVE: ("Active", "success"),
    UserStatus.LOCKED: ("Locked", "danger"),
    UserStatus.TEMP_LOCKED: ("Locked for a time", "danger"),
    UserStatus.DISABLED: ("Disabled", "warning"),
    UserStatus.PENDING_ACTIVE: ("Not active yet", "neutral"),
}
"""Each status as a word, with its colour."""

FIELDS: Mapping[Field, str] = {
    Field.EXTERNAL_ID: "External ID begins with",
    Field.ID: "ID is",
    Field.ATTRIBUTE: "Attribute is",
}


@dataclass(frozen=True, slots=True)
class UserPages:
    """The search, and the page of a user."""

    application: Application
    access: Access

    def search(self) -> str:
        """Show the users that are looked for; none when nothing is."""
        text = request.args.get("q", "").strip()[:MAXIMUM_TEXT]
        store_id, attribute = request.args.get("store", ""), request.args.get("attribute", "").strip()
        wanted = request.args.get("in", "")
        field = Field(wanted) if wanted in list(Field) else Field.EXTERNAL_ID
        after = request.args.get("after") or None
        with self.application.database.read() as session:
            stores = listing.stores(session)
            chosen = store_id or (stores[0].id if stores else None)
            found = Found((), None)
            store = None if chosen is None else self.application.identity.store_by_id(session, chosen)
            if store is not None and text:
                clock = self.application.clock
                found = search(session, clock, store, field, text, attribute=attribute, after=after, limit=PAGE)
        return render_template(
            "backoffice/people/users.html",
            stores=stores,
            chosen=chosen,
            fields=FIELDS,
            field=field,
            text=text,
            attribute=attribute,
            found=found,
            first=after is None,
            statuses=STATUSES,
            maximum=MAXIMUM_TEXT,
        )

    def show(self, store_id: str, user_id: str) -> str:
        """Show everything about a user that an operator may see."""
        identity, clock = self.application.identity, self.application.clock
        before = request.args.get("before", type=int)
        if before is not None and not 0 < before <= MAXIMUM_NUMBER:
            before = None
        sees_instances = self.access.permits(Permission.INSTANCES_VIEW)
        with self.application.database.read() as session:
            store = identity.store_by_id(session, store_id)
            user = identity.user_by_id(session, store, user_id)
            about = overview(session, clock, user)
            events = of_user(session, user.id, before=before, limit=PAGE + 1)
            journeys = about_user(session, user.id, user.external_id, JOURNEYS) if sees_instances else ()
        return render_template(
            "backoffice/people/user.html",
            store=store,
            user=user,
            about=about,
            attributes={name: _shown(value) for name, value in user.attributes.items()},
            events=events[:PAGE],
            older=events[PAGE - 1].id if len(events) > PAGE else None,
            first=before is None,
            journeys=journeys,
            sees_instances=sees_instances,
            statuses=STATUSES,
            instance_statuses=INSTANCE_STATUSES,
        )


def _shown(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
