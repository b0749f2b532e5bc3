"""From a file to a journey test, or to everything that is wrong with it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.errors import IdflowError, InvalidDeployment, Problem
from engine.identity import Algorithm, PolicySettings, Redisplay, StoreStatus
from engine.instances.given import check_names
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
from engine.throwaway import Result, ResultInvalid, SetError, SetFailure, SetValue, StoreSettings
from engine.throwaway.results import check as check_result
from engine.timers.period import parse_period
from engine.timers.schedule import TimerInvalid

MAXIMUM_STEPS = 1000
"""How many steps a test may have."""

_POLICY_FIELDS = frozenset(PolicySettings.__dataclass_fields__)
_KINDS: Mapping[type, str] = {dict: "a context", list: "a list", str: "a text"}


class JourneyTestInvalid(InvalidDeployment):
    """The file is no journey test."""

    code = "journey-test-invalid"


class _Wrong(Exception):
    """Something in the file cannot be taken."""

    def __init__(self, line: int | None, message: str, remedy: str, code: str = "test.invalid") -> None:
        super().__init__(message)
        self.problem = Problem(code, message, remedy, line=line)


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
        except _Wrong as wrong:
            problems.append(wrong.problem.in_file(file))
            return otherwise

    top = take(_context, root, {"name", "process", "given", "steps"}, otherwise={})
    name = take(lambda: _text(_needed(top, "name", root)), otherwise="")
    process = take(lambda: _text(_needed(top, "process", root)), otherwise="")
    given = take(_given, top["given"], otherwise=Given()) if "given" in top else Given()
    listed = take(lambda: _list(_needed(top, "steps", root)), otherwise=[])
    if len(listed) > MAXIMUM_STEPS:
        problems.append(Problem("test.too-long", f"A test has up to {MAXIMUM_STEPS} steps.", "Split it.", file=file))
    steps = [take(_step, each) for each in listed[:MAXIMUM_STEPS]]
    return JourneyTest(name, process, given, tuple(steps), file, root.line)


def _step(at: Located) -> Step:
    return Step(_verb(at), at.line)


def _given(at: Located) -> Given:
    entries = _context(at, {"variables", "at", "stores", "policies", "mocks"})
    mocks = _context(entries["mocks"]) if "mocks" in entries else {}
    return Given(
        variables=_variables(entries["variables"]) if "variables" in entries else {},
        at=_moment(entries["at"]) if "at" in entries else BEGINNING,
        stores=_stores(entries["stores"]) if "stores" in entries else {},
        policies=_policies(entries["policies"]) if "policies" in entries else {},
        mocks={element: _result(each, _context(each)) for element, each in mocks.items()},
    )


def _moment(at: Located) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(at))
    except ValueError:
        raise _Wrong(at.line, f"{at.plain!r} is no time.", "Write it like 2026-01-05T09:00:00Z.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _variables(at: Located) -> dict[str, Any]:
    values: dict[str, Any] = _mapping(at).plain
    try:
        check_names(values)
    except IdflowError as error:
        raise _Wrong(at.line, error.message, "Use another name.") from None
    return values


def _stores(at: Located) -> dict[str, StoreSettings]:
    found = {}
    for name, each in _context(at).items():
        settings = _context(each, {"locale", "timeZone", "status"}) if each.value is not None else {}
        texts = {key: _text(value) for key, value in settings.items()}
        try:
            status = StoreStatus(texts.get("status", "ACTIVE"))
        except ValueError:
            raise _Wrong(each.line, f"{texts['status']!r} is no status.", "Write ACTIVE or DISABLED.") from None
        found[name] = StoreSettings(name, texts.get("locale", "en"), texts.get("timeZone", "UTC"), status)
    return found


def _policies(at: Located) -> dict[str, PolicySettings]:
    found = {}
    for name, each in _context(at).items():
        settings = _context(each, set(_POLICY_FIELDS)) if each.value is not None else {}
        values: dict[str, Any] = {"issuer": "Idflow", **{key: value.plain for key, value in settings.items()}}
        try:
            if "algorithm" in values:
                values["algorithm"] = Algorithm(values["algorithm"])
            if "redisplay" in values:
                values["redisplay"] = Redisplay(values["redisplay"])
            found[name] = PolicySettings(**values)
        except IdflowError as error:
            raise _Wrong(each.line, error.message, "Change it.") from None
        except (ValueError, TypeError) as error:
            raise _Wrong(each.line, f"The policy {name!r} cannot be like this: {error}.", "Change it.") from None
    return found


def _result(at: Located, entries: Mapping[str, Located]) -> Result:
    """Return the result that is set by these entries of a context."""
    names = {key for key in entries if key != "element"}
    texts = {key: _text(entries[key]) for key in ("error", "failure", "message") if key in entries}
    match sorted(names):
        case ["error"] | ["error", "message"]:
            result: Result = SetError(texts["error"], texts.get("message", ""))
        case ["failure"]:
            result = SetFailure(texts["failure"])
        case ["variables"] | ["result"] | ["result", "variables"]:
            written = _mapping(entries["variables"]).plain if "variables" in entries else {}
            result = SetValue(written, entries["result"].plain if "result" in entries else None)
        case _:
            raise _Wrong(
                at.line,
                "This says no result of a service task.",
                "Write error (with a message), failure (the message), or variables and result.",
            )
    try:
        check_result(result)
    except ResultInvalid as error:
        raise _Wrong(at.line, error.message, "Change it.") from None
    return result


def _verb(at: Located) -> Verb:
    if at.value == "retry":
        return Retry()
    step = _mapping(at).value
    if len(step) != 1 or next(iter(step)) not in _VERBS:
        verbs = ", ".join(_VERBS)
        raise _Wrong(at.line, "This is no step.", f"Write one of {verbs}, followed by a colon, or retry.", "test.verb")
    verb, value = next(iter(step.items()))
    return _VERBS[verb](value)


def _submit(at: Located) -> Submit:
    values = {} if at.value is None else dict(_mapping(at).value)
    for name, each in values.items():
        items = each.value if isinstance(each.value, list) else [each]
        if any(isinstance(item.value, dict | list) for item in items):
            remedy = "Write a text, a number, true or false, or a list of them."
            raise _Wrong(each.line, f"The field {name!r} cannot be filled in with this.", remedy)
    return Submit({name: each.plain for name, each in values.items()})


def _wait(at: Located) -> Wait:
    try:
        parse_period(_text(at))
    except TimerInvalid as error:
        raise _Wrong(at.line, error.message, "Write it like PT15M or P1DT12H.") from None
    return Wait(at.value)


def _message(at: Located) -> Message:
    entries = _context(at, {"name", "key", "variables"})
    key = _text(entries["key"]) if "key" in entries else ""
    variables = _variables(entries["variables"]) if "variables" in entries else {}
    return Message(_text(_needed(entries, "name", at)), key, variables)


def _signal(at: Located) -> Signal:
    entries = _context(at, {"name", "variables"})
    variables = _variables(entries["variables"]) if "variables" in entries else {}
    return Signal(_text(_needed(entries, "name", at)), variables)


def _mock(at: Located) -> Mock:
    entries = _context(at, {"element", "error", "message", "failure", "variables", "result", "real"})
    element = _text(_needed(entries, "element", at))
    if set(entries) == {"element", "real"} and entries["real"].value is True:
        return Mock(element, None)
    return Mock(element, _result(at, entries))


def _names(at: Located) -> tuple[str, ...]:
    return tuple(map(_text, at.value)) if isinstance(at.value, list) else (_text(at),)


def _stopped(at: Located) -> Stopped:
    if not isinstance(at.value, dict):
        return Stopped(_text(at))
    entries = _context(at, {"at", "code"})
    return Stopped(_text(_needed(entries, "at", at)), _text(entries["code"]) if "code" in entries else None)


_VERBS: Mapping[str, Callable[[Located], Verb]] = {
    "submit": _submit,
    "wait": _wait,
    "message": _message,
    "signal": _signal,
    "mock": _mock,
    "at": lambda each: At(_names(each)),
    "passed": lambda each: Passed(_names(each)),
    "ended": lambda each: Ended(_text(each)),
    "stopped": _stopped,
    "variables": lambda each: Variables(_mapping(each).plain),
}


def _context(at: Located, allowed: set[str] | None = None) -> dict[str, Located]:
    entries: dict[str, Located] = _mapping(at).value
    for name, each in entries.items():
        if allowed is not None and name not in allowed:
            remedy = f"Write one of {', '.join(sorted(allowed))}."
            raise _Wrong(each.line, f"{name!r} means nothing here.", remedy, "test.unknown")
    return entries


def _mapping(at: Located) -> Located:
    return _of_kind(at, dict)


def _list(at: Located) -> list[Located]:
    found: list[Located] = _of_kind(at, list).value
    return found


def _text(at: Located) -> str:
    found: str = _of_kind(at, str).value
    return found


def _of_kind(at: Located, kind: type) -> Located:
    if not isinstance(at.value, kind):
        what = _KINDS[kind]
        remedy = "Put quotes around it." if kind is str and not isinstance(at.value, dict | list) else f"Write {what}."
        raise _Wrong(at.line, f"Here belongs {what}.", remedy)
    return at


def _needed(entries: Mapping[str, Located], name: str, around: Located) -> Located:
    if name not in entries:
        raise _Wrong(around.line, f"{name} is missing.", f"Add {name}.", "test.missing")
    return entries[name]
