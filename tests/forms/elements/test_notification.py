import pytest

from engine.variables import MASK
from forms import plain
from tests.forms.making import CANARY, SECRET, codes, form, opened, page

NOTE = {"type": "notification", "id": "n", "text": "Saved.\n{{v}}"}


@pytest.mark.parametrize(
    ("kind", "role", "word"),
    [("success", "status", "Success:"), ("error", "alert", "Error:"), ("warning", "status", "Warning:")],
)
def test_it_is_said_at_once_with_its_kind(kind: str, role: str, word: str) -> None:
    (note,) = page(form({**NOTE, "kind": kind}), {"v": "<b>"}).root.find_class("notification")
    assert note.get("role") == role
    assert " ".join(note.text_content().split()) == f"{word} Saved.<b>"
    assert len(list(note.iter("br"))) == 1


def test_it_stays_without_a_script() -> None:
    (note,) = page(form({**NOTE, "closable": True, "hideAfter": 5})).root.find_class("notification")
    (button,) = note.iter("button")
    assert (button.get("hidden") is not None, button.get("type"), note.get("data-hide-after")) == (True, "button", "5")
    assert not list(page(form(NOTE)).root.xpath("//button[@data-close]"))


def test_nothing_is_shown_where_there_is_no_text() -> None:
    assert not page(form({**NOTE, "text": "{{v}}"})).root.find_class("notification")


@pytest.mark.parametrize(
    ("element", "found"),
    [
        ({"text": None}, "form.missing-property"),
        ({"kind": "info"}, "form.invalid-property"),
        ({"hideAfter": 2}, "form.invalid-property"),
        ({"text": "{{processvar._identityStore.currentTOTP.secret}}"}, "form.secret-not-shown"),
    ],
)
def test_what_cannot_be_shown_is_refused(element: dict[str, object], found: str) -> None:
    assert codes(form({**NOTE, **element})) == [found]


def test_a_secret_is_masked() -> None:
    text = page(form(NOTE), {"v": SECRET}, reveal=opened).text
    assert MASK in text
    assert CANARY not in text


def test_it_may_differ_by_language_and_is_plain_in_a_terminal() -> None:
    content = form({**NOTE, "translations": {"de": {"text": "Gesichert."}}})
    assert "Gesichert." in page(content, language="de").text
    assert plain(content, {"v": "x"})[0].text == "Success: Saved.\nx"
