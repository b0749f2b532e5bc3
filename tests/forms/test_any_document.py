"""Documents, values and answers that nobody has thought of."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import Severity
from forms import FormJs, plain, render
from forms.document import FormDocument
from tests.forms.documents import documents, json_values, variables
from tests.forms.harmful import harmless
from tests.forms.making import page, read


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(
    documents(sound=True),
    variables,
    st.dictionaries(
        st.text(max_size=6) | st.sampled_from(["a", "b", "list", "c.d"]),
        st.lists(st.text(max_size=8), max_size=3),
        max_size=4,
    ),
)
def test_whatever_is_deployed_can_be_shown_read_and_shown_again(
    document: dict[str, Any], values: dict[str, Any], forged: dict[str, list[str]]
) -> None:
    content = json.dumps(document).encode()
    problems = FormJs().check(content).problems
    "\n".join(map(str, problems)).encode()
    if any(each.severity is Severity.ERROR for each in problems):
        return
    for language in (None, "de"):
        seen = page(content, values, language=language)
        harmless(seen)
        render(content, values, posted=forged, check=True, language=language)
        plain(content, values)
    read(content, forged, values)
    posted = seen.posted()
    found = read(content, posted, values)
    if not found.errors and not found.unasked:
        # What was accepted is shown again, and accepted again as it is.
        posted = page(content, values, earlier=found.values).posted()
        again_found = FormJs().read(content, values, posted, earlier=found.values)
        assert json.dumps(again_found.values, default=repr) == json.dumps(found.values, default=repr)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    json_values
    | documents(sound=False).flatmap(lambda made: st.sampled_from(sorted(made)).map(lambda name: {**made, name: "x"}))
)
def test_checking_never_fails(value: Any) -> None:
    assert FormJs().check(json.dumps(value).encode()).problems is not None


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents(sound=True))
def test_a_language_changes_texts_only(document: dict[str, Any]) -> None:
    content = json.dumps(document).encode()
    if any(each.severity is Severity.ERROR for each in FormJs().check(content).problems):
        return
    written, german = (FormDocument.parse(content, language) for language in (None, "de"))
    assert [shape(each) for each in german.elements] == [shape(each) for each in written.elements]


def shape(declared: Any) -> Any:
    """Return what an element is without its texts."""
    if isinstance(declared, tuple):
        return [shape(each) for each in declared]
    if hasattr(declared, "parameters"):
        inside = [shape(each) for each in getattr(declared, "components", ())]
        return (
            type(declared),
            inside,
            {each.attribute: shape(getattr(declared, each.attribute)) for each in declared.parameters},
        )
    return None if hasattr(declared, "fill") else repr(declared)
