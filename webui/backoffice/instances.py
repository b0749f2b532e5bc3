"""The list of process instances."""

from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request

from engine.application import Application
from engine.store.paging import After
from webui.backoffice import instance_words
from webui.backoffice.access import Access
from webui.backoffice.instance_bulk import BULK
from webui.backoffice.instance_page import unless_known
from webui.backoffice.instance_query import InstanceQuery
from webui.backoffice.token_form import KNOWN

PAGE = 50
"""How many instances one page of the list has."""


@dataclass(frozen=True, slots=True)
class InstanceList:
    """Shows the instances that are looked for."""

    application: Application
    access: Access

    def show(self) -> str:
        """Show them, the newest first unless the address says otherwise."""
        return render_template("backoffice/instances/list.html", **self._shown())

    def live(self) -> Response:
        """Return the rows as they are now, unless they are as they were."""
        return unless_known(render_template("backoffice/instances/rows.html", **self._shown()))

    def _shown(self) -> dict[str, Any]:
        query = InstanceQuery.sent(request.args)
        after = After.read(request.args.get("after", ""))
        page = self.application.views.search(query.wanted(self.application.settings.zone), after, PAGE)
        permitted = self.access.known().permissions
        return {
            "instances": page.rows,
            "next": page.next and str(page.next),
            "after": after and str(after),
            "first": after is None,
            "query": query,
            "wanted": query.fields,
            "processes": self.application.processes.choices(),
            "statuses": instance_words.STATUSES,
            "bulk": [each for each in BULK if each.needs in permitted],
            "known": KNOWN,
            "now": self.application.clock.now(),
        }
