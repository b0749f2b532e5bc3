from typing import Any

import pytest

from forms import FormJs, render
from forms.languages import MAXIMUM_LANGUAGES
from tests.forms.conftest import Document
from tests.forms.making import FIELD, TEXT, all_codes


def test_what_is_wrong_in_one_language_only_is_said_with_the_language(form: Document) -> None:
    content = form({**TEXT, "translations": {"de": {"text": "{{"}, "fr": {"text": "Salut"}}})
    (problem,) = FormJs().check(content).problems
    assert (problem.code, problem.element) == ("form.bad-expression", "intro")
    assert problem.message.startswith("In de: ")


@pytest.mark.parametrize(
    "element",
    [
        {**FIELD, "translations": {"de": {"key": "other"}}},
        {**FIELD, "translations": {"de": {"id": "other"}}},
        {**FIELD, "translations": {"de": {"type": "html"}}},
        {**FIELD, "translations": {"de": {"colour": "x"}}},
        {**FIELD, "translations": {"de": {"description": "x"}}},
        {**FIELD, "validate": {"pattern": "a"}, "translations": {"de": {"validate.pattern": "b"}}},
        {**FIELD, "validate": {"pattern": "a", "translations": {"de": {"pattern": "b"}}}},
        {**FIELD, "conditional": {"hide": "=x"}, "translations": {"de": {"conditional.hide": "=y"}}},
        {**FIELD, "translations": {"not a tag": {"label": "x"}}},
        {**FIELD, "translations": {"de": {"label": 1}}},
        {**FIELD, "translations": {"de": ["label"]}},
        {
            "type": "radio",
            "id": "r",
            "key": "r",
            "label": "R",
            "values": [{"value": "a", "translations": {"de": {"value": "b"}}}],
        },
    ],
)
def test_only_texts_that_are_there_can_be_translated(form: Document, element: dict[str, Any]) -> None:
    assert "form.bad-translations" in all_codes(form(element))


def test_a_form_may_have_so_many_languages(form: Document) -> None:
    tags = [f"{first}{second}" for first in "abcdefgh" for second in "abcdefgh"]
    for count, found in ((MAXIMUM_LANGUAGES, set()), (MAXIMUM_LANGUAGES + 1, {"form.too-many-languages"})):
        assert all_codes(form({**TEXT, "translations": {tag: {"text": "x"} for tag in tags[:count]}})) == found


def test_a_form_is_shown_in_the_language_that_fits_best(form: Document) -> None:
    content = form({**TEXT, "translations": {"de": {"text": "Hallo"}, "ar": {"text": "مرحبا"}}}, language="en-GB")
    shown = {tag: render(content, {}, language=tag) for tag in ("de-AT", "AR", "fr", "en", None)}
    assert [("Hallo" in each.html, each.language, each.direction) for each in shown.values()] == [
        (True, "de", "ltr"),
        (False, "ar", "rtl"),
        (False, "en-GB", "ltr"),
        (False, "en-GB", "ltr"),
        (False, "en-GB", "ltr"),
    ]
