"""The audit trail."""

from engine.accounts import Permission
from engine.audit import MAXIMUM_NUMBER
from engine.audit.search import WantedEvents
from webui.api.models.audit import Event, EventsAsked, TrailState, Verification
from webui.api.models.base import Nothing, Page
from webui.api.operation import Call, Operation
from webui.api.pages import of_found, unknown_place
from webui.api.showing import shown_trail


def list_events(call: Call[Nothing, EventsAsked, Nothing]) -> Page[Event]:
    """Return the events that are looked for."""
    asked = call.query
    wanted = WantedEvents(asked.event, asked.account, asked.instance, asked.user, asked.since, asked.until)
    before = None
    if asked.after is not None:
        if not (asked.after.isascii() and asked.after.isdecimal() and 0 < int(asked.after) <= MAXIMUM_NUMBER):
            raise unknown_place()
        before = int(asked.after)
    events, following = call.application.audit_office.search(wanted, before, asked.limit)
    return of_found(events, None if following is None else str(following), Event)


def get_trail_state(call: Call[Nothing, Nothing, Nothing]) -> TrailState:
    """Return how far the trail is signed."""
    state = call.application.audit_office.state()
    last = state.checkpoint
    return TrailState(
        signed=None if last is None else last.id,
        signed_at=None if last is None else last.at,
        unsigned=state.unsigned,
        removed=state.cut.last,
    )


def verify_trail(call: Call[Nothing, Nothing, Nothing]) -> Verification:
    """Go through the whole trail."""
    return shown_trail(call.application.audit_office.verify())


_VIEW = Permission.AUDIT_VIEW

OPERATIONS = (
    Operation(list_events, "GET", "/audit/events", "List events of the audit trail, the latest first", _VIEW),
    Operation(get_trail_state, "GET", "/audit/state", "Get how far the audit trail is signed", _VIEW),
    Operation(
        verify_trail,
        "GET",
        "/audit/verification",
        "Go through the whole audit trail, and say whether it is what was signed",
        _VIEW,
        text="It takes a while where there are many events.",
    ),
)
