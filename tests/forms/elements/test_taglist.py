from tests.forms.elements.test_choices import VALUES
from tests.forms.making import form, page, read

TAGS = {"type": "taglist", "id": "t", "key": "t", "label": "Tags", "values": VALUES}


def test_it_works_without_a_script_which_makes_it_searchable() -> None:
    seen = page(form(TAGS), {"t": ["b"]})
    assert [each.get("type") for each in seen.named("t")] == ["checkbox"] * 2
    assert len(seen.root.xpath("//*[@data-search]//input[@name='t']")) == 2
    assert seen.posted() == {"t": ["b"]}


def test_any_number_is_chosen() -> None:
    assert read(form(TAGS), {"t": ["a", "b"]}).values == {"t": ["a", "b"]}
