from engine.variables import MASK
from forms import plain, render
from tests.forms.making import CANARY, SECRET, codes, form, opened

PARAGRAPH = {"type": "paragraph", "id": "p", "text": "*one*\n<b>\n{{v}}"}


def test_a_paragraph_keeps_line_breaks_and_nothing_else() -> None:
    assert "<p>*one*<br>&lt;b&gt;<br>&lt;i&gt;<br>last</p>" in render(form(PARAGRAPH), {"v": "<i>\nlast"}).html


def test_a_secret_is_hidden_until_it_is_asked_for() -> None:
    assert f"<br>{MASK}</p>" in render(form(PARAGRAPH), {"v": SECRET}).html
    html = render(form(PARAGRAPH), {"v": SECRET}, reveal=opened).html
    assert html.index("<details") < html.index(CANARY) < html.index("</details>")


def test_an_empty_one_is_refused() -> None:
    assert codes(form({**PARAGRAPH, "text": " "})) == ["form.missing-property"]
    assert codes(form({**PARAGRAPH, "text": "{{1}}"})) == ["form.unchanging-expression"]
    assert codes(form({**PARAGRAPH, "label": "x"})) == ["form.unknown-property"]


def test_it_may_differ_by_language_and_is_plain_in_a_terminal() -> None:
    content = form({**PARAGRAPH, "translations": {"de": {"text": "eins"}}})
    assert "<p>eins</p>" in render(content, {}, language="de-CH").html
    assert plain(content, {"v": "x"})[0].text == "*one*\n<b>\nx"
