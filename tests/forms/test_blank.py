import orjson
import pytest

from forms import FormJs
from forms.blank import TitleInvalid, blank, renamed


@pytest.mark.parametrize("title", ["Welcome", "# *a* [b](javascript:x) <i> &lt; `c`", "a\\", "1. one", "=x", "}} {"])
def test_a_new_form_is_right_but_for_its_missing_button(title: str) -> None:
    summary = FormJs().check(blank("Welcome", title))
    assert summary.name == "Welcome"
    assert [problem.code for problem in summary.problems] == ["form.no-submit"]


@pytest.mark.parametrize("title", ["", " ", "a\nb", "a\u202eb", "x" * 201, "{{x}}"])
def test_a_title_that_could_not_be_shown_is_refused(title: str) -> None:
    with pytest.raises(TitleInvalid):
        blank("Welcome", title)


def test_another_name_changes_nothing_else() -> None:
    document = {"type": "default", "x": "ü 🐈", "id": "a", "components": [{"id": "a"}]}
    assert orjson.loads(renamed(document, "b")) == {**document, "id": "b"}
