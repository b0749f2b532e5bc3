"""Date time: a date, a time, or both (ISO 8601)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from typing import ClassVar, TypeVar

from engine.declare import parameter
from forms import messages
from forms.input import AnswerRefused, Input, Rules, Values, one_text
from forms.messages import Message, message
from forms.place import Place
from forms.template import Template

_DAY = len("2026-01-31T")
_MINUTE = len("2026-01-31T13:45")

_Kind = TypeVar("_Kind", date, time, datetime)


class DateTime(Input):
    """Asks for a date, a time, or both. A time is that of the person's own clock."""

    type: ClassVar[str] = "datetime"
    name: ClassVar[str] = "Date time"
    group: ClassVar[str] = "Inputs"
    icon: ClassVar[str] = "M4 6h16v14H4z M4 10h16 M8 3v4 M16 3v4"
    empty: ClassVar[None] = None
    create: ClassVar[Mapping[str, object]] = {"subtype": "date", "dateLabel": "Date"}
    overridden: ClassVar[Mapping[str, str]] = {
        **Input.overridden,
        **dict.fromkeys(
            (messages.BAD_DATE, messages.BAD_TIME, messages.BAD_DATETIME, messages.PASSED_DATE), "invalid_error_message"
        ),
    }
    html: ClassVar[str] = """
{%- from "parts" import notes, state -%}
<div class="field moment{{ ' invalid' if view.errors }}">
{% for part in parts %}
<div><label for="{{ part.id }}">{{ part.label }}\
{% if loop.first and view.optional %} <span class="optional">{{ view.optional }}</span>{% endif %}</label>
{% if loop.first %}{{ notes(place, view) }}{% endif %}
<input id="{{ part.id }}" name="{{ place.name }}" type="{{ part.type }}" value="{{ part.value }}"\
{% if part.min %} min="{{ part.min }}"{% endif %}{{ state(view) }}></div>
{% endfor %}
</div>
"""

    subtype: str = parameter("Kind", default="date", choices=("date", "time", "datetime"), help="What is asked for.")
    date_label: Template | None = parameter("Date label", help="What is asked, above the date.")
    time_label: Template | None = parameter("Time label", help="What is asked, above the time.")
    use_24h: bool = parameter(
        "Use 24h",
        key="use24h",
        default=False,
        section="Appearance",
        help="For editors; browsers show what the person's system does.",
    )
    time_interval: int = parameter(
        "Time interval",
        default=15,
        minimum=1,
        maximum=720,
        section="Validation",
        help="In minutes; what a list of times would show.",
    )
    time_serializing_format: str = parameter(
        "Time format",
        default="utc_offset",
        choices=("utc_offset", "utc_normalized", "no_timezone"),
        help="Keep the offset from UTC (13:45+01:00), turn it into UTC (12:45Z), or leave the zone out (13:45).",
    )
    disallow_passed_dates: bool = parameter(
        "Disallow past dates", default=False, section="Validation", help="Whether only today and later is taken."
    )
    default_value: str | None = parameter("Default value", help="What the field holds at first, in ISO 8601.")
    validate: Rules = parameter("Validation")

    @property
    def labels(self) -> tuple[Template | None, ...]:
        """The labels of its parts."""
        wanted = {"date": (self.date_label,), "time": (self.time_label,)}
        return (*wanted.get(self.subtype, (self.date_label, self.time_label)), self.label)

    def default(self, place: Place) -> str | None:
        """Return what the form's author wrote."""
        return self.initial(place, self.default_value)

    def initial(self, place: Place, known: object) -> str | None:
        """Return a known date or time, as it is kept."""
        day, clock = self._read(place, known) if isinstance(known, str) else (None, None)
        kept = self._kept(place, day, clock)
        # What nobody can change stays as it is written.
        return kept if kept is None or self.asks(place) else str(known)

    def take(self, place: Place, values: Values) -> str | None:
        """Return what was chosen, as it is kept; raises `AnswerRefused`."""
        parts = 2 if self.subtype == "datetime" else 1
        texts = [one_text([each]).strip() for each in values[:parts]] if isinstance(values, list | tuple) else []
        texts += [""] * (parts - len(texts))
        if not any(texts):
            return None
        day = _parsed(date, texts[0]) if self.subtype != "time" else None
        clock = _parsed(time, texts[-1]) if self.subtype != "date" else None
        if (day is None and self.subtype != "time") or (clock is None and self.subtype != "date"):
            bad = {"date": messages.BAD_DATE, "time": messages.BAD_TIME, "datetime": messages.BAD_DATETIME}
            raise AnswerRefused(message(bad[self.subtype]))
        kept = self._kept(place, day, clock)
        if kept is None:
            raise AnswerRefused(message(messages.BAD_DATETIME))
        return kept

    def verify(self, place: Place) -> Iterator[Message]:
        """Find what the rules do not allow."""
        yield from super().verify(place)
        if self.disallow_passed_dates and self.subtype != "time" and place.value is not None:
            day, _ = self._read(place, place.value)
            if day is not None and day < place.page.now.astimezone(place.page.zone).date():
                yield message(messages.PASSED_DATE)

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the controls: one for a date, one for a time, or both."""
        day, clock = self._read(place, place.value) if place.value else (None, None)
        shown = {"date": day.isoformat() if day else "", "time": clock.strftime("%H:%M") if clock else ""}
        kinds = ["date", "time"] if self.subtype == "datetime" else [self.subtype]
        today = place.page.now.astimezone(place.page.zone).date()
        typed = dict(zip(kinds, place.typed or (), strict=False))
        parts = [
            {
                "id": place.anchor if number == 0 else f"{place.anchor}-{kind}",
                "type": kind,
                "label": self._label(place, kind),
                "value": typed.get(kind, shown[kind]),
                "min": today.isoformat() if self.disallow_passed_dates and kind == "date" else "",
            }
            for number, kind in enumerate(kinds)
        ]
        return {**super().view(place), "parts": parts}

    def asked(self, place: Place) -> str:
        """Return the label of the first control."""
        return self._label(place, "time" if self.subtype == "time" else "date")

    def _label(self, place: Place, kind: str) -> str:
        own = self.time_label if kind == "time" else self.date_label
        return (
            place.text(own) or place.text(self.label) or place.say(messages.DATE if kind == "date" else messages.TIME)
        )

    def _read(self, place: Place, text: str) -> tuple[date | None, time | None]:
        """Return the date and the time in a text, on the person's clock."""
        if self.subtype == "date":
            return _parsed(date, text), None
        if self.subtype == "time":
            moment = _parsed(time, text)
            if moment is None or moment.tzinfo is None:
                return None, moment
            today = place.page.now.astimezone(place.page.zone).date()
            return None, datetime.combine(today, moment).astimezone(place.page.zone).time()
        when = _parsed(datetime, text) if len(text) > len("2026-01-31") else None
        if when is None:
            return None, None
        there = _moved(when, place.page.zone) if when.tzinfo else when
        return (there.date(), there.time()) if there is not None else (None, None)

    def _kept(self, place: Place, day: date | None, clock: time | None) -> str | None:
        """Return a date and a time as the process keeps them."""
        if self.subtype == "date" or clock is None:
            return day.isoformat() if day and self.subtype == "date" else None
        today = day or place.page.now.astimezone(place.page.zone).date()
        when = datetime.combine(today, clock.replace(tzinfo=None), place.page.zone)
        there = _moved(when, UTC) if self.time_serializing_format == "utc_normalized" else when
        if there is None:
            return None
        text = there.isoformat(timespec="minutes")
        bare, offset = text[:_MINUTE], text[_MINUTE:]
        if self.subtype == "time":
            bare = bare[_DAY:]
        if self.time_serializing_format == "no_timezone":
            return bare
        return bare + ("Z" if self.time_serializing_format == "utc_normalized" else offset)


def _moved(when: datetime, zone: tzinfo) -> datetime | None:
    """Return a moment on the clock of a zone; None when that is before the first year or after the last."""
    try:
        return when.astimezone(zone)
    except OverflowError:
        return None


def _parsed(kind: type[_Kind], text: str) -> _Kind | None:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        return None
