import pytest

from forms import plain
from forms.elements.image import MAXIMUM_SOURCE
from tests.forms.making import CANARY, SECRET, codes, form, opened, page

PIXEL = "data:image/png;base64,iVBORw0KGgo="
IMAGE = {"type": "image", "id": "i", "source": PIXEL, "alt": "A pixel"}


def test_a_picture_in_the_form_is_shown_with_its_text() -> None:
    (image,) = page(form(IMAGE)).root.iter("img")
    assert (image.get("src"), image.get("alt")) == (PIXEL, "A pixel")
    (image,) = page(form({**IMAGE, "source": "{{v}}", "alt": ""}), {"v": PIXEL}).root.iter("img")
    assert (image.get("src"), image.get("alt")) == (PIXEL, "")


@pytest.mark.parametrize(
    "source",
    [
        "https://a.example/a.png",
        "//a.example",
        "javascript:alert(1)",
        "data:text/html,<script>",
        "data:image/png;\nx",
        "",
        None,
        SECRET,
    ],
)
def test_nothing_is_loaded_from_elsewhere(source: object) -> None:
    seen = page(form({**IMAGE, "source": "{{v}}"}), {"v": source}, reveal=opened)
    assert not list(seen.root.iter("img"))
    assert "A pixel" in seen.text
    assert CANARY not in seen.text


@pytest.mark.parametrize(
    ("element", "found"),
    [
        ({}, []),
        ({"source": None}, ["form.image-not-shown?"]),
        ({"source": "https://a.example/a.png"}, ["form.image-not-shown?"]),
        ({"source": "{{v}}"}, []),
        ({"source": "data:image/png;base64," + "A" * MAXIMUM_SOURCE}, ["form.text-too-long"]),
        ({"alt": "{{processvar._identityStore.currentTOTP.secret}}"}, ["form.secret-not-shown"]),
    ],
)
def test_what_is_not_shown_is_warned_of(element: dict[str, object], found: list[str]) -> None:
    assert codes(form({**IMAGE, **element})) == found


def test_the_text_may_differ_by_language_and_is_read_in_a_terminal() -> None:
    (image,) = page(form({**IMAGE, "translations": {"de": {"alt": "Ein Punkt"}}}), language="de").root.iter("img")
    assert image.get("alt") == "Ein Punkt"
    assert plain(form(IMAGE), {})[0].text == "A pixel"
