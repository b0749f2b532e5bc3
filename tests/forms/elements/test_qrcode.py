import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, QRData

from forms import plain, qr_matrix, render
from forms.qr import MAXIMUM_BYTES
from tests.forms.making import CANARY, SECRET, codes, form, opened, properties
from tests.forms.scanning import scanned

URI = f"otpauth://totp/Example%20Bank:alice@example.com?secret={CANARY}&issuer=Example%20Bank"
CODE = {"type": "qrcode", "id": "code", "content": "{{v}}"}


def qr(value: object, **element: object) -> str:
    return str(render(form({**CODE, **element}), {"v": value}).html)


def test_the_form_builder_asks_for_content_and_size() -> None:
    asked = properties("qrcode")
    assert asked["content"] | {"required": True, "translatable": True, "kind": "text"} == asked["content"]
    assert (asked["size"]["minimum"], asked["size"]["default"], asked["size"]["maximum"]) == (120, 240, 600)


@pytest.mark.parametrize("content", [URI, "a", "0123456789", "Grüße, 世界 🔑", "x" * 400, "A" * MAXIMUM_BYTES])
def test_a_qr_code_scans_as_its_content(content: str) -> None:
    assert scanned(qr(content)) == content


@pytest.mark.parametrize("size", [1, 14, 15, 26, 152, 153, 213, 214, 520, MAXIMUM_BYTES])
def test_a_code_is_what_the_library_draws(size: int) -> None:
    content = bytes(each * 37 % 256 for each in range(size))
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=0)
    code.add_data(QRData(content, MODE_8BIT_BYTE), optimize=0)
    code.make()
    assert qr_matrix.rows(content) == [bytes(map(bool, row)) for row in code.modules]


def test_a_code_has_a_largest_content() -> None:
    with pytest.raises(ValueError, match="as long as this"):
        qr_matrix.rows(bytes(MAXIMUM_BYTES + 1))


@settings(max_examples=20)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=150))
def test_any_printable_content_scans_as_it_is(content: str) -> None:
    assert scanned(qr(content)) == content


def test_a_qr_code_is_an_image_that_does_not_say_its_secret() -> None:
    html = str(render(form({**CODE, "size": 300}), {"v": SECRET}, reveal=lambda _: URI).html)
    assert 'role="img" aria-label="QR code" width="300" height="300"' in html
    assert CANARY not in html
    assert html.index("<details") < html.index("<svg") < html.index("</details>")
    assert scanned(html) == URI


def test_a_qr_code_without_a_secret_is_not_hidden() -> None:
    assert "<details" not in qr("plain")


@pytest.mark.parametrize(
    ("value", "message"),
    [(None, "There is no QR code to show."), ("x" * (MAXIMUM_BYTES + 1), "too long for a QR code"), (SECRET, "hidden")],
)
def test_a_qr_code_that_cannot_be_drawn_says_why(value: object, message: str) -> None:
    html = qr(value)
    assert message in html
    assert "<svg" not in html


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ({"size": 119}, "form.invalid-property"),
        ({"size": 601}, "form.invalid-property"),
        ({"size": "wide"}, "form.invalid-property"),
        ({"content": "é" * MAXIMUM_BYTES}, "form.qr-too-long"),
        ({"content": ""}, "form.missing-property"),
        ({"content": "{{"}, "form.bad-expression"),
        ({"key": "x"}, "form.unknown-property"),
    ],
)
def test_a_qr_code_that_could_never_be_drawn_is_refused(element: dict[str, object], code: str) -> None:
    assert codes(form({**CODE, **element})) == [code]


def test_a_qr_code_may_differ_by_language() -> None:
    content = form(
        {**CODE, "content": "https://a.example/en", "translations": {"de": {"content": "https://a.example/de"}}}
    )
    assert scanned(render(content, {}, language="de").html) == "https://a.example/de"
    assert scanned(render(content, {}, language="fr").html) == "https://a.example/en"


def test_a_terminal_shows_it_with_block_characters() -> None:
    code, *_ = plain(form(CODE), {"v": SECRET}, reveal=opened)
    assert re.fullmatch("[\u2580\u2584\u2588 \u00a0\n]+", code.text)
    assert plain(form(CODE), {"v": SECRET})[0].text == "This QR code is hidden."
