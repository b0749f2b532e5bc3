"""The report of an instance as a PDF, read as whoever opens it would."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import insert

import webui
from engine import demo
from engine.accounts import Permission
from engine.application import Application
from engine.deployment import File
from engine.store.models import HistoryRow
from engine.variables import MASK
from tests import stored
from tests.conftest import ManualClock
from tests.instances.drawing import drawn
from tests.webui.backoffice.conftest import Operator, People, audited
from tests.webui.backoffice.people import Demo
from tests.webui.backoffice.test_permissions import role
from webui.report import instance, paper
from webui.report.fonts import Fonts

pytestmark = pytest.mark.usefixtures("journeys")

DIST = Path(webui.__file__).parent / "static" / "dist"
NAMES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


@pytest.fixture(autouse=True)
def fonts() -> None:
    """A report needs the fonts that the build makes; what happens without them has a test of its own."""
    if not all((DIST / name).is_file() for name in NAMES):
        pytest.skip("This installation was made without the fonts.")


def report(operator: Operator, instance_id: str) -> PdfReader:
    answer = operator.post(f"/backoffice/instances/{instance_id}/report.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="instance-{instance_id}.pdf"'
    return PdfReader(BytesIO(answer.data), strict=True)


def text(found: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in found.pages).split())


def bookmarks(outline: Any) -> Iterator[Any]:
    for each in outline:
        yield [*bookmarks(each)] if isinstance(each, list) else each["/Title"]


def test_it_says_what_the_page_says_and_shows_no_secret(
    operator: Operator, people: People, application: Application, clock: ManualClock
) -> None:
    instance_id = people.begin(desk="7")
    clock.advance(timedelta(minutes=3))
    people.finish(instance_id)
    found = report(operator, instance_id)
    said = text(found)
    for part in (
        "Process instance: Get Current TOTP Registration",
        "Status Completed",
        f"Applicant {demo.USER}",
        "get_current_totp, version 1",
        "Duration 3 minutes",
        "made at 2026-01-15 09:33:00 by admin",
        "Times are in UTC (now UTC+00:00)",
        "It has ended at Finished.",
        "Show current TOTP: Done, 3 minutes",
        "Form submitted",
        '"desk": "7"',
        MASK,
        "Tries 1",
        "Nothing has gone wrong.",
        "Instance ended",
        "Page 1 of 2",
        "Page 2 of 2",
    ):
        assert part in said, part
    identity, there = application.identity, Demo(application)
    with stored.aside(application.database) as session:
        totp = identity.current_totp(session, there.user, there.policy, "test")
        secrets = [identity.reveal(session, each) for each in (totp.secret, totp.uri)]
    for each in secrets:
        assert each not in said.replace(" ", "")
    assert list(bookmarks(found.outline)) == [
        *("Where it stands", "Diagram", "Timeline", "Variables", "Forms"),
        ["Show current TOTP"],
        *("Incidents", "Audit"),
    ]
    assert found.metadata
    assert found.metadata.title == f"Process instance: Get Current TOTP Registration, {demo.USER}"
    assert str(found.root_object["/Lang"]) == "en"


def test_whoever_makes_it_is_audited(
    operator: Operator, people: People, application: Application, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_id = people.begin()
    first, second = (report(operator, instance_id) for _ in range(2))
    assert first.metadata
    assert first.metadata.creation_date == application.clock.now()
    found, made = application.views.inspect(instance_id), Fonts(*(DIST / name for name in NAMES))
    files = {instance.report(found, made, clock.now(), ZoneInfo("Europe/Berlin"), "admin") for _ in range(2)}
    assert len(files) == 1, "The same is not the same to the byte."
    assert "Times are in Europe/Berlin (now UTC+01:00)" in text(PdfReader(BytesIO(files.pop())))
    assert "Instance exported" not in text(first)
    assert "Instance exported" in text(second)
    assert operator.post(f"/backoffice/instances/{instance_id}/export").status_code == 200
    kinds = [(detail["by"], detail["file"]) for _, detail in audited(application, "instance_exported")]
    assert kinds == [("admin", "pdf"), ("admin", "pdf"), ("admin", "json")]
    with role(monkeypatch, *(set(Permission) - {Permission.INSTANCES_EXPORT})):
        for name in ("report.pdf", "export"):
            assert operator.post(f"/backoffice/instances/{instance_id}/{name}").status_code == 403
        assert "report.pdf" not in operator.get(f"/backoffice/instances/{instance_id}").text
    assert len(audited(application, "instance_exported")) == 3
    assert operator.post("/backoffice/instances/nobody/report.pdf").status_code == 404


def test_an_incident_has_its_place_in_the_diagram_and_its_remedy(operator: Operator, people: People) -> None:
    said = text(report(operator, people.begin("nobody")))
    for part in ("Get User: failed", "An exclamation mark: an incident", "has no user with the external ID 'nobody'",
                 "(UserNotFound)", "add a boundary event"):  # fmt: skip
        assert part in said, part


def test_long_texts_other_scripts_and_control_characters_are_printed(operator: Operator, people: People) -> None:
    arabic, word = "سلمى", "x" * 900
    instance_id = people.begin(name=arabic, word=word, odd="a\x07\u2028b", many="é ü ł Ω Ж 漢")
    said = text(report(operator, instance_id))
    # Read from left to right, the letters of a word that is read from the other side are in either order.
    assert arabic in said or arabic[::-1] in said
    assert word in said.replace(" ", "")
    assert "é ü ł Ω Ж" in said


def test_a_long_history_goes_on_for_pages(
    operator: Operator, people: People, application: Application, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_id = people.begin()
    with application.write() as session:
        row = {"instance_id": instance_id, "at": clock.now(), "event": "refused", "element_id": "show_current_totp"}
        session.execute(
            insert(HistoryRow), [{**row, "seq": 100 + number, "detail": f"try {number}"} for number in range(300)]
        )
    found = report(operator, instance_id)
    said = text(found)
    assert all(f"Answers refused: try {number} " in said for number in range(300))
    assert 7 <= len(found.pages) <= 12
    monkeypatch.setattr(paper, "MAXIMUM_TEXT", 100)
    assert "more characters are in the JSON export" in text(report(operator, instance_id))


def test_a_file_without_a_diagram_says_so(operator: Operator, people: People) -> None:
    content = drawn({"plain": ("start s", "manual m", "end e", "s -> m", "m -> e")})
    people.application.deploy([File("p.bpmn", content)])
    assert "has no diagram that can be drawn here" in text(report(operator, people.begin(process="plain")))


def test_without_the_fonts_it_says_what_is_missing(
    app: Flask, operator: Operator, people: People, application: Application
) -> None:
    instance_id = people.begin()
    bundles = app.extensions["assets"].bundles
    kept = dict(bundles)
    bundles.clear()
    answer = operator.post(f"/backoffice/instances/{instance_id}/report.pdf")
    bundles.update(kept)
    assert answer.status_code == 404
    assert "made without the fonts of reports" in answer.text
    assert audited(application, "instance_exported") == []
