from forms import plain
from tests.forms.making import codes, form, page


def test_it_is_a_line() -> None:
    content = form({"type": "separator", "id": "s"})
    assert codes(content) == []
    assert len(list(page(content).root.iter("hr"))) == 1
    assert plain(content, {})[0].text == "-" * 20
    assert codes(form({"type": "separator", "id": "s", "label": "x"})) == ["form.unknown-property"]
