"""The page that shows where people give up: the figures of a version of a process, on its diagram and as a table."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from markupsafe import Markup

from engine.accounts import Permission
from engine.application import Application
from engine.instances.heat_map import QUIET, HeatMap, Span
from webui.backoffice.access import Access
from webui.backoffice.days import begins, day, ends
from webui.backoffice.embedding import embedded
from webui.backoffice.shown import duration

USUAL_DAYS = 30
"""How many days are looked at when none are asked for, today included."""

_MAXIMUM_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class HeatMapPage:
    """Shows the figures of one version."""

    application: Application
    access: Access

    def show(self, key: str) -> str:
        """Show them; of the newest version that had instances, unless the address says which."""
        zone = self.application.settings.zone
        since, until = self._days()
        version = request.args.get("version", type=int)
        version = version if version is not None and 0 < version <= _MAXIMUM_VERSION else None
        found = self.application.heat_maps.of(key, version, Span(begins(since, zone), ends(until, zone)))
        drawn = self.access.permits(Permission.PROCESSES_VIEW)
        return render_template(
            "backoffice/processes/heat_map.html",
            found=found,
            since=since,
            until=until,
            quiet=QUIET,
            data=_drawn(found) if drawn else None,
        )

    def _days(self) -> tuple[date | None, date | None]:
        since, until = day(request.args.get("since", "")), day(request.args.get("until", ""))
        if "since" not in request.args:
            today = self.application.clock.now().astimezone(self.application.settings.zone).date()
            since = (until or today) - timedelta(days=USUAL_DAYS - 1)
        return since, until


def _drawn(found: HeatMap) -> Markup:
    """Return what the diagram's script draws."""
    places = [
        {
            "element": each.element_id,
            "name": each.name,
            "reached": each.reached,
            "gaveUp": each.given_up,
            "share": each.share,
            "seconds": None if each.median is None else each.median.total_seconds(),
            "took": None if each.median is None else duration(each.median),
        }
        for each in found.places
    ]
    data = {
        "mode": "heat",
        "content": found.content.decode(errors="replace"),
        "instances": found.looked_at,
        "places": places,
        "flows": {each.flow_id: each.taken for each in found.ways},
    }
    return embedded(data)
