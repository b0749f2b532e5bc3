"""The dashboard: how journeys go, and where people give up."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request

from engine.application import Application
from webui.backoffice.chart import KINDS, chart

PERIODS: Mapping[str, str] = {"1": "Today", "7": "7 days", "30": "30 days"}
"""How many days can be looked at."""

USUAL = "7"

MAXIMUM_PROCESSES = 10
"""How many processes are shown in which people gave up: those in which most did."""


@dataclass(frozen=True, slots=True)
class DashboardPages:
    """The home of the backoffice."""

    application: Application

    def show(self) -> str:
        """Show the figures of some days."""
        days = request.args.get("days", USUAL)
        days = days if days in PERIODS else USUAL
        found = self.application.views.statistics(int(days))
        shown = dict(list(found.given_up.items())[:MAXIMUM_PROCESSES])
        return render_template(
            "backoffice/dashboard.html",
            found=found,
            chart=chart(found.days),
            kinds=KINDS,
            periods=PERIODS,
            days=days,
            first=found.days[0][0].isoformat(),
            given_up=shown,
            names=self.application.views.process_names(shown),
        )
