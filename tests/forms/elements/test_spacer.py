import pytest

from tests.forms.making import codes, form, page


def test_it_is_empty_space_that_nobody_reads() -> None:
    (space,) = page(form({"type": "spacer", "id": "s", "height": 90})).root.iter("svg")
    assert (space.get("height"), space.get("aria-hidden"), space.get("style")) == ("90", "true", None)


@pytest.mark.parametrize("height", [0, 501, "tall", 1.5, True])
def test_another_height_is_refused(height: object) -> None:
    assert codes(form({"type": "spacer", "id": "s", "height": height})) == ["form.invalid-property"]
