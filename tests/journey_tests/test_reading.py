"""Journey test files: what can be written, and what is said of what cannot."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.identity import Algorithm, PolicySettings
from engine.journey_test import (
    At,
    Ended,
    Given,
    JourneyTest,
    JourneyTestInvalid,
    Message,
    Mock,
    Passed,
    Retry,
    Signal,
    Step,
    Stopped,
    Submit,
    Variables,
    Verb,
    Wait,
    read,
    read_all,
    write,
)
from engine.throwaway import SetError, SetFailure, SetValue, StoreSettings

WHOLE = """\
name: Everything
process: p.bpmn
given:
  variables: {externalId: sample-user, count: 2, nested: {yes: no}}
  at: 2026-02-03T04:05:06+01:00
  stores:
    staff: {locale: de, timeZone: Europe/Berlin}
    demo:
  policies:
    strong: {issuer: Example, digits: 8, algorithm: SHA256, display_limit: null}
  mocks:
    look: {error: UserNotFound, message: Nobody}
    send: {failure: No network}
    load: {variables: {a.b: [1, null]}, result: 7}
steps:
  - at: [one, two]
  - submit: {code: 012345, agreed: true, many: [a, 1]}
  - submit:
  - wait: P1DT2H
  - message: {name: Go, key: k, variables: {x: 1}}
  - signal: {name: Stop, variables: {y: 2}}
  - signal: {name: Stop}
  - mock: {element: look, real: true}
  - retry
  - passed: [start, one]
  - stopped: {at: one, code: Broken}
  - stopped: one
  - variables: {a.b: "••••••"}
  - ended: end
"""


def test_everything_that_can_be_written_is_read() -> None:
    test = read(WHOLE.encode(), "t")
    assert test.given == Given(
        {"externalId": "sample-user", "count": 2, "nested": {"yes": "no"}},
        datetime(2026, 2, 3, 3, 5, 6, tzinfo=UTC),
        {"staff": StoreSettings("staff", "de", "Europe/Berlin"), "demo": StoreSettings("demo")},
        {"strong": PolicySettings(issuer="Example", digits=8, algorithm=Algorithm.SHA256, display_limit=None)},
        {
            "look": SetError("UserNotFound", "Nobody"),
            "send": SetFailure("No network"),
            "load": SetValue({"a.b": [1, None]}, 7),
        },
    )
    assert [each.verb for each in test.steps] == [
        At(("one", "two")),
        Submit({"code": "012345", "agreed": True, "many": ["a", 1]}),
        Submit({}),
        Wait("P1DT2H"),
        Message("Go", "k", {"x": 1}),
        Signal("Stop", {"y": 2}),
        Signal("Stop"),
        Mock("look", None),
        Retry(),
        Passed(("start", "one")),
        Stopped("one", "Broken"),
        Stopped("one"),
        Variables({"a.b": "••••••"}),
        Ended("end"),
    ]
    assert (test.steps[0].line, test.steps[-1].line) == (16, 29)


def test_what_is_written_is_read_again() -> None:
    test = read(WHOLE.encode(), "t")
    again = read(write(test).encode(), "t")
    assert (again.given, [each.verb for each in again.steps]) == (test.given, [each.verb for each in test.steps])


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(value=_json)
def test_any_value_survives_writing_and_reading(value: object) -> None:
    verbs: list[Verb] = [Variables({"x": value}), Submit({"x": str(value)})]
    test = JourneyTest("n", "p", Given(), tuple(map(Step, verbs)))
    assert [each.verb for each in read(write(test).encode(), "t").steps] == verbs


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "empty"),
        ("a: [", 1, "not YAML"),
        ("name: a\nprocess: p\nsteps: [&x 1, *x]", 3, "Aliases"),
        ("name: a\nname: b", 2, "twice"),
        ("name: !!python/object:os.system a\nprocess: p\nsteps: []", 1, "tag"),
        ("[" * 100 + "]" * 100, 1, "deep"),
        ("[1]", 1, "a context"),
        ("name: a\nprocess: p", 1, "steps is missing"),
        ("name: 1\nprocess: p\nsteps: []", 1, "a text"),
        ("name: a\nprocess: p\nstep: 1\nsteps: []", 3, "means nothing"),
        ("name: a\nprocess: p\nsteps:\n- hop: x", 4, "no step"),
        ("name: a\nprocess: p\nsteps:\n- wait: soon", 4, "soon"),
        ("name: a\nprocess: p\nsteps:\n- submit: {a: {b: 1}}", 4, "'a'"),
        ("name: a\nprocess: p\nsteps:\n- mock: {element: a}", 4, "no result"),
        ("name: a\nprocess: p\nsteps:\n- mock: {element: a, variables: {b c: 1}}", 4, "'b c'"),
        ("name: a\nprocess: p\nsteps: []\ngiven:\n  at: noon", 5, "no time"),
        ("name: a\nprocess: p\nsteps: []\ngiven:\n  variables: {_x: 1}", 5, "_x"),
        ("name: a\nprocess: p\nsteps: []\ngiven:\n  policies:\n    p: {digits: 7}", 6, "digits"),
        ("name: a\nprocess: p\nsteps: []\ngiven:\n  policies:\n    p: {digits: [7]}", 6, "digits"),
        ("name: a\nprocess: p\nsteps: []\ngiven:\n  stores:\n    s: {status: GONE}", 6, "GONE"),
        ("name: \x01", None, "characters"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_what_to_do(text: str, line: int | None, said: str) -> None:
    with pytest.raises(JourneyTestInvalid) as invalid:
        read(text.encode(), "t.journeytest.yaml")
    problem = invalid.value.problems[0]
    assert (problem.line, problem.file) == (line, "t.journeytest.yaml")
    assert said in problem.message
    assert problem.remedy


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(JourneyTestInvalid) as invalid:
        read(b"process: 1\nsteps:\n- hop: 1\n- wait: x\n", "t")
    assert [each.line for each in invalid.value.problems] == [1, 1, 3, 4]


SHORT = "name: {}\nprocess: p\nsteps: []\n"


def test_a_file_has_one_test_for_each_document() -> None:
    text = f"{SHORT.format('One')}---\n{SHORT.format('Two')}---\nsteps: 1\n"
    one, two = read_all(text.rpartition("---")[0].encode(), "t")
    assert [(each.name, each.line) for each in (one, two)] == [("One", 1), ("Two", 5)]
    with pytest.raises(JourneyTestInvalid) as invalid:
        read_all(text.encode(), "t")
    assert {each.line for each in invalid.value.problems} == {9}


def test_where_one_test_is_asked_for_others_are_refused() -> None:
    with pytest.raises(JourneyTestInvalid, match="The file has several tests"):
        read(f"{SHORT.format('One')}---\n{SHORT.format('Two')}".encode(), "t")
