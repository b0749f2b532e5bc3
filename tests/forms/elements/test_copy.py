import pytest

from engine.variables import MASK
from forms import plain, render
from tests.forms.making import CANARY, SECRET, codes, form, opened, page, properties

COPY = {"type": "copy", "id": "copy", "label": "Copy key", "defaultValue": "{{v}}"}


def test_the_form_builder_asks_for_label_and_text() -> None:
    assert {path for path, each in properties("copy").items() if each["required"]} == {"id", "label", "defaultValue"}


def test_a_text_can_be_copied_with_and_without_a_script() -> None:
    text = 'a "b" <c>'
    seen = page(form(COPY), {"v": text})
    (button,) = seen.root.xpath("//button[@data-copy]")
    assert (button.get("type"), button.get("data-copy"), button.text_content()) == ("button", text, "Copy key")
    # It does nothing without a script, which shows it.
    assert button.get("hidden") is not None
    (code,) = seen.root.iter("code")
    assert (code.text_content(), code.get("dir")) == (text, "ltr")
    assert len(seen.root.xpath("//*[@role='status']")) == 1
    assert not list(seen.root.iter("details"))


def test_a_secret_that_can_be_copied_is_hidden_until_it_is_asked_for() -> None:
    rendered = render(form(COPY), {"v": SECRET}, reveal=opened)
    assert rendered.holds_secret
    assert f'data-copy="{CANARY}"' in rendered.html
    assert (
        rendered.html.index("<details") < rendered.html.index(f">{CANARY}</code>") < rendered.html.index("</details>")
    )


@pytest.mark.parametrize("value", [None, "", SECRET, {}, [None]])
def test_what_is_missing_or_masked_cannot_be_copied(value: object) -> None:
    html = render(form(COPY), {"v": value}).html
    assert "data-copy" not in html
    assert MASK not in html
    assert "Copy key: there is nothing to copy." in html


def test_an_incomplete_one_is_refused() -> None:
    assert codes(form({"type": "copy", "id": "copy"})) == ["form.missing-property"]
    assert codes(form({**COPY, "size": 3})) == ["form.unknown-property"]


def test_the_label_may_differ_by_language() -> None:
    content = form({**COPY, "translations": {"de": {"label": "Kopieren"}}})
    assert ">Kopieren</button>" in render(content, {"v": "x"}, language="de").html


def test_a_terminal_shows_label_and_text() -> None:
    assert plain(form(COPY), {"v": SECRET}, reveal=opened)[0].text == f"Copy key: {CANARY}"
    assert plain(form(COPY), {"v": SECRET})[0].text == "Copy key: there is nothing to copy."
