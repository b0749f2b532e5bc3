from forms import plain
from tests.forms.making import SHORT_FIELD, codes, form, page, read

GROUP = {"type": "group", "id": "g", "label": "Group {{v}}", "components": [SHORT_FIELD]}


def test_a_group_with_a_label_is_a_fieldset_with_a_legend() -> None:
    seen = page(form(GROUP), {"v": "<b>"})
    group = seen.group(seen.one("f"))
    assert group is not None
    assert group.findtext("legend") == "Group <b>"


def test_one_without_a_label_is_only_there_to_be_seen() -> None:
    seen = page(form({**GROUP, "label": None, "showOutline": True}))
    assert seen.group(seen.one("f")) is None
    assert len(seen.root.find_class("outlined")) == 1


def test_its_answers_stand_under_its_path_or_beside_the_others() -> None:
    assert read(form(GROUP), {"f": ["x"]}).values == {"f": "x"}
    content = form({**GROUP, "path": "a.b"})
    assert read(content, {"a.b.f": ["x"]}).values == {"a": {"b": {"f": "x"}}}
    assert read(content, {"f": ["x"]}).values == {"a": {"b": {"f": ""}}}
    assert page(content, {"a": {"b": {"f": "known"}}}).posted() == {"a.b.f": ["known"]}
    inner = {"type": "group", "path": "c", "components": [SHORT_FIELD]}
    assert read(form({**GROUP, "path": "a", "components": [inner]}), {"a.c.f": ["x"]}).values == {
        "a": {"c": {"f": "x"}}
    }


def test_what_is_in_a_hidden_group_is_hidden() -> None:
    required = {**SHORT_FIELD, "validate": {"required": True}}
    content = form({**GROUP, "components": [required], "conditional": {"hide": "=v = 1"}})
    assert read(content, {"f": ["x"]}, {"v": 1}).values == {}
    assert page(content, {"v": 1}).named("f") == []
    assert read(content, {"f": [""]}, {"v": 2}).errors == {"f": "Field is required."}


def test_what_makes_no_sense_is_refused() -> None:
    assert codes(form({**GROUP, "path": "1a"})) == ["form.invalid-key"]
    assert codes(form({**GROUP, "path": "processvar"})) == ["form.reserved-key"]
    assert codes(form({**GROUP, "verticalAlignment": "middle"})) == ["form.invalid-property"]
    assert codes(form({**GROUP, "components": "x"})) == ["form.invalid-property"]


def test_it_may_differ_by_language_and_is_read_before_what_is_in_it() -> None:
    assert "Gruppe" in page(form({**GROUP, "translations": {"de": {"label": "Gruppe"}}}), language="de").text
    assert [each.text for each in plain(form(GROUP), {"v": "x"})][:2] == ["Group x", "F"]
