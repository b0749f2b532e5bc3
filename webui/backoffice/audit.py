"""The audit trail: what happened, whether it is still what was signed, and all of it as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from engine.application import Application
from engine.audit import AuditAction
from engine.audit.search import WantedEvents
from webui.backoffice.access import Access

PAGE = 50
"""How many events one page of the list has."""

MAXIMUM_TEXT = 64
"""How many characters are looked for."""

_MAXIMUM_ID = 2**53


@dataclass(frozen=True, slots=True)
class AuditPages:
    """The pages of the audit trail."""

    application: Application
    access: Access

    def list(self) -> str:
        """Show the events that are looked for, the latest first."""
        asked = _asked()
        before = request.args.get("before", type=int)
        before = before if before is not None and 0 < before <= _MAXIMUM_ID else None
        events, after = self.application.audit_office.search(_wanted(asked), before, PAGE)
        return render_template(
            "backoffice/audit/list.html",
            events=events,
            next=after,
            first=before is None,
            wanted=asked,
            actions=sorted(each.value for each in AuditAction),
            state=self.application.audit_office.state(),
        )

    def verify(self) -> str:
        """Go through the whole trail, and show what was found."""
        return render_template(
            "backoffice/audit/verification.html",
            found=self.application.audit_office.verify(),
            public_key=self.application.audit_office.public_key.hex(),
        )

    def export(self) -> ResponseReturnValue:
        """Send the events that are looked for as JSON lines, as they are read; that is audited."""
        asked = _asked()
        by = self.access.who
        lines = self.application.audit_office.export(_wanted(asked), by=by, **_said(asked))
        name = f"audit-{self.application.clock.now():%Y%m%dT%H%M%SZ}.jsonl"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(_ended(lines), mimetype="application/jsonl", headers=disposition)


def _ended(lines: Iterator[str]) -> Iterator[str]:
    return (f"{line}\n" for line in lines)


def _asked() -> dict[str, str | None]:
    """Return what is looked for as it stands in the address or in the form; what makes no sense is left out."""
    asked = {
        name: request.values.get(name, "").strip()[:MAXIMUM_TEXT] or None
        for name in ("event", "account", "instance", "user", "since", "until")
    }
    if asked["event"] not in set(AuditAction):
        asked["event"] = None
    for name in ("since", "until"):
        asked[name] = asked[name] if _day(asked[name]) else None
    return asked


def _wanted(asked: dict[str, str | None]) -> WantedEvents:
    since, until = _day(asked["since"]), _day(asked["until"])
    # The last day is meant as a whole.
    end = until + timedelta(days=1) if until else None
    return WantedEvents(asked["event"], asked["account"], asked["instance"], asked["user"], since, end)


def _said(asked: dict[str, str | None]) -> dict[str, Any]:
    return {f"of_{name}": value for name, value in asked.items() if value is not None}


def _day(text: str | None) -> datetime | None:
    try:
        day = date.fromisoformat(text or "")
        # Room for the day after.
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day.year < date.max.year else None
    except ValueError:
        return None
