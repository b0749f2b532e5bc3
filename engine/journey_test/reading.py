"""From a file to a journey test, or to everything that is wrong with it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.errors import IdflowError, InvalidDeployment, Problem
from engine.identity import Algorithm, PolicySettings, Redisplay, StoreStatus
from engine.instances.given import check_names
from engine.journey_test import shapes
from engine.journey_test.document import (
    BEGINNING,
    At,
    Ended,
    Given,
    JourneyTest,
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
)
from engine.journey_test.located import Located, Unreadable
from engine.journey_test.located import read as read_yaml
from engine.journey_test.shapes import Wrong
from engine.throwaway import Result, ResultInvalid, SetError, SetFailure, SetValue, StoreSettings
from engine.throwaway.results import check as check_result
from engine.timers.period import parse_period
from engine.timers.schedule import TimerInvalid

MAXIMUM_STEPS = 1000
"""How many steps a test may have."""

_POLICY_FIELDS = frozenset(PolicySettings.__dataclass_fields__)


class JourneyTestInvalid(InvalidDeployment):
    """The file is no journey test."""

    code = "journey-test-invalid"


def read(content: bytes, file: str) -> JourneyTest:
    """Return the only test in a file that is called `file` in problems; see `read_all`."""
    first, *others = read_all(content, file)
    if others:
        remedy = "Take the others out."
        raise JourneyTestInvalid([Problem("test.several", "The file has several tests.", remedy, file=file)])
    return first


def read_all(content: bytes, file: str) -> list[JourneyTest]:
    """Return the tests in a file that is called `file` in problems: one for each document, which `---` separates.

    Raises:
        JourneyTestInvalid: with everything that is wrong, each with its line and what to do.

    """
    problems: list[Problem] = []
    try:
        roots = read_yaml(content)
    except Unreadable as error:
        remedy = "Mend it in a text editor; docs/testing.md shows a whole file."
        raise JourneyTestInvalid([Problem("test.not-yaml", str(error), remedy, line=error.line, file=file)]) from None
    tests = [_test(root, file, problems) for root in roots]
    if problems:
        raise JourneyTestInvalid(problems)
    return tests


def _test(root: Located, file: str, problems: list[Problem]) -> JourneyTest:
    """Return one test, and add what is wrong with it to the problems."""

    def take(work: Callable[..., Any], *given: object, otherwise: Any = None) -> Any:
        try:
            return work(*given)
        except Wrong as wrong:
            problems.append(wrong.problem.in_file(file))
            return otherwise

    top = take(shapes.context, root, {"name", "process", "given", "steps"}, otherwise={})
    name = take(lambda: shapes.text(shapes.needed(top, "name", root)), otherwise="")
    process = take(lambda: shapes.text(shapes.needed(top, "process", root)), otherwise="")
    given = take(_given, top["given"], otherwise=Given()) if "given" in top else Given()
    listed = take(lambda: shapes.items(shapes.needed(top, "steps", root)), otherwise=[])
    if len(listed) > MAXIMUM_STEPS:
        problems.append(Problem("test.too-long", f"A test has up to {MAXIMUM_STEPS} steps.", "Split it.", file=file))
    steps = [take(_step, each) for each in listed[:MAXIMUM_STEPS]]
    return JourneyTest(name, process, given, tuple(steps), file, root.line)


def _step(at: Located) -> Step:
    return Step(_verb(at), at.line)


def _given(at: Located) -> Given:
    entries = shapes.context(at, {"variables", "at", "stores", "policies", "mocks"})
    mocks = shapes.context(entries["mocks"]) if "mocks" in entries else {}
    return Given(
        variables=_variables(entries["variables"]) if "variables" in entries else {},
        at=_moment(entries["at"]) if "at" in entries else BEGINNING,
        stores=_stores(entries["stores"]) if "stores" in entries else {},
        policies=_policies(entries["policies"]) if "policies" in entries else {},
        mocks={element: _result(each, shapes.context(each)) for element, each in mocks.items()},
    )


def _moment(at: Located) -> datetime:
    try:
        moment = datetime.fromisoformat(shapes.text(at))
    except ValueError:
        raise Wrong(at.line, f"{at.plain!r} is no time.", "Write it like 2026-01-05T09:00:00Z.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _variables(at: Located) -> dict[str, Any]:
    values: dict[str, Any] = shapes.mapping(at).plain
    try:
        check_names(values)
    except IdflowError as error:
        raise Wrong(at.line, error.message, "Use another name.") from None
    return values


def _stores(at: Located) -> dict[str, StoreSettings]:
    found = {}
    for name, each in shapes.context(at).items():
        settings = shapes.context(each, {"locale", "timeZone", "status"}) if each.value is not None else {}
        texts = {key: shapes.text(value) for key, value in settings.items()}
        try:
            status = StoreStatus(texts.get("status", "ACTIVE"))
        except ValueError:
            raise Wrong(each.line, f"{texts['status']!r} is no status.", "Write ACTIVE or DISABLED.") from None
        found[name] = StoreSettings(name, texts.get("locale", "en"), texts.get("timeZone", "UTC"), status)
    return found


def _policies(at: Located) -> dict[str, PolicySettings]:
    found = {}
    for name, each in shapes.context(at).items():
        settings = shapes.context(each, set(_POLICY_FIELDS)) if each.value is not None else {}
        values: dict[str, Any] = {"issuer": "Idflow", **{key: value.plain for key, value in settings.items()}}
        try:
            if "algorithm" in values:
                values["algorithm"] = Algorithm(values["algorithm"])
            if "redisplay" in values:
                values["redisplay"] = Redisplay(values["redisplay"])
            found[name] = PolicySettings(**values)
        except IdflowError as error:
            raise Wrong(each.line, error.message, "Change it.") from None
        except (ValueError, TypeError) as error:
            raise Wrong(each.line, f"The policy {name!r} cannot be like this: {error}.", "Change it.") from None
    return found


def _result(at: Located, entries: Mapping[str, Located]) -> Result:
    """Return the result that is set by these entries of a context."""
    names = {key for key in entries if key != "element"}
    texts = {key: shapes.text(entries[key]) for key in ("error", "failure", "message") if key in entries}
    match sorted(names):
        case ["error"] | ["error", "message"]:
            result: Result = SetError(texts["error"], texts.get("message", ""))
        case ["failure"]:
            result = SetFailure(texts["failure"])
        case ["variables"] | ["result"] | ["result", "variables"]:
            written = shapes.mapping(entries["variables"]).plain if "variables" in entries else {}
            result = SetValue(written, entries["result"].plain if "result" in entries else None)
        case _:
            raise Wrong(
                at.line,
                "This says no result of a service task.",
                "Write error (with a message), failure (the message), or variables and result.",
            )
    try:
        check_result(result)
    except ResultInvalid as error:
        raise Wrong(at.line, error.message, "Change it.") from None
    return result


def _verb(at: Located) -> Verb:
    if at.value == "retry":
        return Retry()
    step = shapes.mapping(at).value
    if len(step) != 1 or next(iter(step)) not in _VERBS:
        verbs = ", ".join(_VERBS)
        raise Wrong(at.line, "This is no step.", f"Write one of {verbs}, followed by a colon, or retry.", "test.verb")
    verb, value = next(iter(step.items()))
    return _VERBS[verb](value)


def _submit(at: Located) -> Submit:
    values = {} if at.value is None else dict(shapes.mapping(at).value)
    for name, each in values.items():
        items = each.value if isinstance(each.value, list) else [each]
        if any(isinstance(item.value, dict | list) for item in items):
            remedy = "Write a text, a number, true or false, or a list of them."
            raise Wrong(each.line, f"The field {name!r} cannot be filled in with this.", remedy)
    return Submit({name: each.plain for name, each in values.items()})


def _wait(at: Located) -> Wait:
    try:
        parse_period(shapes.text(at))
    except TimerInvalid as error:
        raise Wrong(at.line, error.message, "Write it like PT15M or P1DT12H.") from None
    return Wait(at.value)


def _message(at: Located) -> Message:
    entries = shapes.context(at, {"name", "key", "variables"})
    key = shapes.text(entries["key"]) if "key" in entries else ""
    variables = _variables(entries["variables"]) if "variables" in entries else {}
    return Message(shapes.text(shapes.needed(entries, "name", at)), key, variables)


def _signal(at: Located) -> Signal:
    entries = shapes.context(at, {"name", "variables"})
    variables = _variables(entries["variables"]) if "variables" in entries else {}
    return Signal(shapes.text(shapes.needed(entries, "name", at)), variables)


def _mock(at: Located) -> Mock:
    entries = shapes.context(at, {"element", "error", "message", "failure", "variables", "result", "real"})
    element = shapes.text(shapes.needed(entries, "element", at))
    if set(entries) == {"element", "real"} and entries["real"].value is True:
        return Mock(element, None)
    return Mock(element, _result(at, entries))


def _names(at: Located) -> tuple[str, ...]:
    return tuple(map(shapes.text, at.value)) if isinstance(at.value, list) else (shapes.text(at),)


def _stopped(at: Located) -> Stopped:
    if not isinstance(at.value, dict):
        return Stopped(shapes.text(at))
    entries = shapes.context(at, {"at", "code"})
    code = shapes.text(entries["code"]) if "code" in entries else None
    return Stopped(shapes.text(shapes.needed(entries, "at", at)), code)


_VERBS: Mapping[str, Callable[[Located], Verb]] = {
    "submit": _submit,
    "wait": _wait,
    "message": _message,
    "signal": _signal,
    "mock": _mock,
    "at": lambda each: At(_names(each)),
    "passed": lambda each: Passed(_names(each)),
    "ended": lambda each: Ended(shapes.text(each)),
    "stopped": _stopped,
    "variables": lambda each: Variables(shapes.mapping(each).plain),
}
