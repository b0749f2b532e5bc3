"""From a journey test to its file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from engine.identity import PolicySettings, StoreStatus
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
    Stopped,
    Submit,
    Variables,
    Verb,
    Wait,
)
from engine.throwaway import Result, SetError, SetFailure, SetValue, StoreSettings

LINE = 120
"""How many characters a line has before a text is wrapped."""


_ENDS_OF_LINES = frozenset("\r\x85\u2028\u2029")


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, which the reader would refuse."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the same for all
        return True


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # What some take for the end of a line is escaped, which only double quotes can.
    style = '"' if _ENDS_OF_LINES.intersection(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _represent)


def write(test: JourneyTest) -> str:
    """Return the file of a test. What could not be written down is a comment where it belongs."""
    return assemble(test.name, test.process, test.given, [write_step(each.verb) for each in test.steps])


def assemble(name: str, process: str, given: Given, steps: Sequence[str]) -> str:
    """Return the file of a test whose steps were written by `write_step`."""
    parts = [_dump({"name": name, "process": process})]
    if entries := _given(given):
        parts.append(_dump({"given": entries}))
    parts.append("steps:\n" if steps else "steps: []\n")
    return "".join([*parts, *steps])


def write_step(verb: Verb) -> str:
    """Return the lines of one step."""
    left_out = verb.left_out if isinstance(verb, Submit) else ()
    # A name may have any characters; those that would end the comment are not among what is printed.
    comments = [f"# {name!r}: not written down, as it is sensitive or a file; fill it in below\n" for name in left_out]
    return "".join(comments) + _dump([_written(verb)])


def _written(verb: Verb) -> Any:  # noqa: C901 - one case a verb
    match verb:
        case Submit(values):
            return {"submit": dict(values)}
        case Wait(duration):
            return {"wait": duration}
        case Message(name, key, variables):
            return {"message": {"name": name, **_unless_empty(key=key, variables=dict(variables))}}
        case Signal(name, variables):
            return {"signal": {"name": name, **_unless_empty(variables=dict(variables))}}
        case Mock(element, None):
            return {"mock": {"element": element, "real": True}}
        case Mock(element, result) if result is not None:
            return {"mock": {"element": element, **_result(result)}}
        case Retry():
            return "retry"
        case At(elements):
            return {"at": elements[0] if len(elements) == 1 else list(elements)}
        case Passed(elements):
            return {"passed": list(elements)}
        case Ended(element):
            return {"ended": element}
        case Stopped(element, code):
            return {"stopped": element if code is None else {"at": element, "code": code}}
        case Variables(values):
            return {"variables": dict(values)}
    raise TypeError(f"{verb!r} is no step")


def _given(given: Given) -> dict[str, Any]:
    return _unless_empty(
        variables=dict(given.variables),
        at="" if given.at == BEGINNING else given.at.isoformat().replace("+00:00", "Z"),
        stores={name: dict(_store(each)) or None for name, each in given.stores.items()},
        policies={name: _policy(each) for name, each in given.policies.items()},
        mocks={element: _result(each) for element, each in given.mocks.items()},
    )


def _store(settings: StoreSettings) -> Iterator[tuple[str, str]]:
    if settings.locale != "en":
        yield "locale", settings.locale
    if settings.time_zone != "UTC":
        yield "timeZone", settings.time_zone
    if settings.status is not StoreStatus.ACTIVE:
        yield "status", settings.status.value


def _policy(settings: PolicySettings) -> dict[str, Any]:
    usual = PolicySettings(issuer="Idflow")
    values = {name: getattr(settings, name) for name in PolicySettings.__dataclass_fields__}
    different = {name: value for name, value in values.items() if value != getattr(usual, name)}
    return {name: getattr(value, "value", value) for name, value in different.items()}


def _result(result: Result) -> Mapping[str, Any]:
    match result:
        case SetError(code, message):
            return {"error": code, **_unless_empty(message=message)}
        case SetFailure(message):
            return {"failure": message}
        case SetValue(variables, value):
            return {"variables": dict(variables), **({} if value is None else {"result": value})}


def _unless_empty(**entries: Any) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value not in ("", {}, None)}


def _dump(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=LINE)
    return text
