from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Answers
from forms import TIME_ZONE, FormJs, render
from tests.forms.making import SECRET, again, codes, form, page, properties, read
from tests.forms.seen import Seen

BERLIN, NEW_YORK, KIRITIMATI = "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"
WINTER = datetime(2026, 1, 15, 23, 30, tzinfo=UTC)
"""The 16th in Berlin."""
FORMATS = ("utc_offset", "utc_normalized", "no_timezone")


def field(subtype: str, **element: Any) -> bytes:
    labels = {"dateLabel": "Day", "timeLabel": "Clock"}
    return form({"type": "datetime", "id": "d", "key": "d", "subtype": subtype, **labels, **element})


def answer(content: bytes, *values: str, zone: str = "", now: datetime = WINTER) -> Answers:
    return FormJs().read(content, {}, {"d": list(values), TIME_ZONE: [zone]}, now=now)


def test_the_form_builder_asks_for_these_properties() -> None:
    asked = properties("datetime")
    assert asked["subtype"]["choices"] == ["date", "time", "datetime"]
    assert asked["timeSerializingFormat"]["choices"] == list(FORMATS)
    assert asked["dateLabel"]["translatable"]


@pytest.mark.parametrize(
    ("subtype", "values", "zone", "kept"),
    [
        ("date", ["2026-01-31"], BERLIN, ["2026-01-31"] * 3),
        ("time", ["13:45"], "", ["13:45+00:00", "13:45Z", "13:45"]),
        ("time", ["13:45"], BERLIN, ["13:45+01:00", "12:45Z", "13:45"]),
        ("time", ["00:15"], BERLIN, ["00:15+01:00", "23:15Z", "00:15"]),
        ("time", ["13:45"], NEW_YORK, ["13:45-05:00", "18:45Z", "13:45"]),
        ("datetime", ["2026-01-31", "13:45"], "", ["2026-01-31T13:45+00:00", "2026-01-31T13:45Z", "2026-01-31T13:45"]),
        (
            "datetime",
            ["2026-01-31", "13:45"],
            BERLIN,
            ["2026-01-31T13:45+01:00", "2026-01-31T12:45Z", "2026-01-31T13:45"],
        ),
        (
            "datetime",
            ["2026-07-31", "00:30"],
            BERLIN,
            ["2026-07-31T00:30+02:00", "2026-07-30T22:30Z", "2026-07-31T00:30"],
        ),
        (
            "datetime",
            ["2026-01-01", "00:00"],
            KIRITIMATI,
            ["2026-01-01T00:00+14:00", "2025-12-31T10:00Z", "2026-01-01T00:00"],
        ),
        # The hour that summer time leaves out, and the one that comes twice: the first of them.
        (
            "datetime",
            ["2026-03-29", "02:30"],
            BERLIN,
            ["2026-03-29T02:30+01:00", "2026-03-29T01:30Z", "2026-03-29T02:30"],
        ),
        (
            "datetime",
            ["2026-10-25", "02:30"],
            BERLIN,
            ["2026-10-25T02:30+02:00", "2026-10-25T00:30Z", "2026-10-25T02:30"],
        ),
    ],
)
def test_a_moment_is_kept_in_the_format_that_the_form_says(
    subtype: str, values: list[str], zone: str, kept: list[str]
) -> None:
    for format_, text in zip(FORMATS, kept, strict=True):
        assert answer(field(subtype, timeSerializingFormat=format_), *values, zone=zone) == Answers({"d": text})


def test_a_time_has_the_offset_of_the_day_on_which_it_is_given() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert answer(field("time"), "13:45", zone=BERLIN, now=summer).values == {"d": "13:45+02:00"}


@pytest.mark.parametrize("subtype", ["date", "time", "datetime"])
def test_an_empty_one_is_null_or_missing(subtype: str) -> None:
    assert answer(field(subtype)).values == {"d": None}
    assert answer(field(subtype), "", "").values == {"d": None}
    required = field(subtype, validate={"required": True, "requiredErrorMessage": "When?"})
    assert answer(required).errors == {"d": "When?"}


@pytest.mark.parametrize(
    ("subtype", "values", "message"),
    [
        ("date", ["31.01.2026"], "Enter a date, like 2026-01-31."),
        ("date", ["2026-02-30"], "Enter a date, like 2026-01-31."),
        ("date", ["-1-01-01"], "Enter a date, like 2026-01-31."),
        ("date", ["275760-09-13"], "Enter a date, like 2026-01-31."),
        ("date", ["2026-01-31T10:00"], "Enter a date, like 2026-01-31."),
        ("time", ["25:00"], "Enter a time, like 13:45."),
        ("time", ["noon"], "Enter a time, like 13:45."),
        ("datetime", ["2026-01-31"], "Enter a date and a time."),
        ("datetime", ["", "13:45"], "Enter a date and a time."),
        ("datetime", ["2026-01-31", "x"], "Enter a date and a time."),
    ],
)
def test_what_is_no_moment_is_refused(subtype: str, values: list[str], message: str) -> None:
    assert answer(field(subtype), *values).errors == {"d": message}
    assert answer(field(subtype, validate={"invalidErrorMessage": "No."}), *values).errors == {"d": "No."}


def test_a_moment_before_the_first_year_or_after_the_last_is_refused() -> None:
    content = field("datetime", timeSerializingFormat="utc_normalized")
    assert answer(content, "0001-01-01", "00:00", zone=BERLIN).errors == {"d": "Enter a date and a time."}
    assert answer(content, "9999-12-31", "23:59", zone=NEW_YORK).errors == {"d": "Enter a date and a time."}
    assert page(field("datetime"), {"d": "0001-01-01T00:00+14:00"}).posted() == {"d": ["", ""]}


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "../../etc/passwd", "/etc/localtime", "a\x00", "\ud800", "x" * 5000, "Europe"]
)
def test_a_zone_that_is_none_is_universal_time(zone: str) -> None:
    assert answer(field("time"), "13:45", zone=zone).values == {"d": "13:45+00:00"}


def test_a_date_that_has_passed_is_refused_on_the_persons_own_calendar() -> None:
    content = field("date", disallowPassedDates=True)
    passed = "Field must not be a date that has passed."
    assert answer(content, "2026-01-15").values == {"d": "2026-01-15"}
    assert answer(content, "2026-01-15", zone=BERLIN).errors == {"d": passed}
    assert answer(content, "2026-01-14").errors == {"d": passed}
    assert answer(field("datetime", disallowPassedDates=True), "2026-01-14", "10:00").errors == {"d": passed}
    seen = Seen(render(content, {}, now=WINTER, posted={TIME_ZONE: [BERLIN]}).html)
    assert seen.one("d").get("min") == "2026-01-16"


@pytest.mark.parametrize("format_", FORMATS)
@given(when=st.datetimes())
def test_what_is_shown_and_sent_again_stays_the_same(format_: str, when: datetime) -> None:
    content = field("datetime", timeSerializingFormat=format_)
    found = answer(content, when.date().isoformat(), when.strftime("%H:%M"))
    assert read(content, page(content, earlier=found.values).posted()) == found


def test_there_is_a_field_for_a_date_and_one_for_a_time() -> None:
    seen = page(field("datetime", description="Hint", validate={"required": True}))
    day, clock = seen.named("d")
    assert [(each.get("type"), seen.label(each), each.get("required")) for each in (day, clock)] == [
        ("date", "Day", ""),
        ("time", "Clock", ""),
    ]
    assert seen.notes(day) == seen.notes(clock) == ["Hint"]
    assert [each.get("type") for each in page(field("time")).named("d")] == ["time"]


def test_a_refused_answer_is_shown_again() -> None:
    seen = again(field("datetime"), {"d": ["2026-01-31", ""]})
    assert [each.get("value") for each in seen.named("d")] == ["2026-01-31", ""]
    assert all(each.get("aria-invalid") == "true" for each in seen.named("d"))


def test_what_is_known_is_shown_on_the_persons_clock() -> None:
    for value, shown in (
        ("2026-01-31T12:45Z", ["2026-01-31", "12:45"]),
        ("2026-01-31T12:45:30.5+01:00", ["2026-01-31", "11:45"]),
        ("2026-01-31T12:45", ["2026-01-31", "12:45"]),
        ("2026-01-31", ["", ""]),
        ("x", ["", ""]),
        (7, ["", ""]),
        (SECRET, ["", ""]),
    ):
        assert page(field("datetime"), {"d": value}).posted()["d"] == shown
    assert page(field("date", defaultValue="2026-02-28")).one("d").get("value") == "2026-02-28"


def test_a_readonly_one_keeps_what_it_holds_as_it_is_written() -> None:
    written = "2026-01-31T12:45:30.5+05:30"
    assert read(field("datetime", readonly=True), {"d": ["2026-02-01", "10:00"]}, {"d": written}).values == {
        "d": written
    }
    assert read(field("datetime", disabled=True), {"d": ["2026-02-01", "10:00"]}, {"d": written}).values == {}


@pytest.mark.parametrize(
    "element", [{"subtype": "month"}, {"timeSerializingFormat": "unix"}, {"timeInterval": 0}, {"use24h": "yes"}]
)
def test_what_cannot_be_asked_for_is_refused(element: dict[str, Any]) -> None:
    assert codes(form({"type": "datetime", "id": "d", "key": "d", "dateLabel": "Day", **element})) == [
        "form.invalid-property"
    ]


def test_a_label_is_needed_for_what_is_asked() -> None:
    assert codes(form({"type": "datetime", "id": "d", "key": "d", "subtype": "time", "dateLabel": "Day"})) == [
        "form.no-label?"
    ]
    seen = page(form({"type": "datetime", "id": "d", "key": "d", "subtype": "time"}))
    assert seen.label(seen.one("d")) == "Time"


def test_the_labels_may_differ_by_language() -> None:
    seen = page(field("datetime", translations={"de": {"dateLabel": "Tag", "timeLabel": "Uhrzeit"}}), language="de")
    assert [seen.label(each) for each in seen.named("d")] == ["Tag", "Uhrzeit"]
