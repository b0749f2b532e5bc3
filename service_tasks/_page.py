"""The reference page of the activities, from their declarations: `python -m service_tasks._page` writes it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.activity import Activity, Written
from engine.declare import Parameter, kind_of
from engine.variables import Kind
from service_tasks import ACTIVITIES
from service_tasks._kept import STORE

PAGE = Path(__file__).parents[1] / "docs" / "activities.md"

_INTRODUCTION = f"""# Activities

What a service task can do. Parameters are input mappings: a value that begins with `=` is [FEEL](feel.md), any other is
the text itself. What an activity writes is at `processvar.{STORE}`; a value marked *secret* is a reference that only
the form of the same instance opens, for its end user. A BPMN error is caught by an error boundary event with its name
as the code; one that nothing catches stops the instance with an incident. This page is made from the declarations:
`python -m service_tasks._page`.

A user is named by exactly one of User External ID, User ID and User Key. User External ID and User ID are looked up in
the identity store; User Key names a user whom this process has loaded already, by default `user1`.

A code that a person typed is forgotten, whether it was right or not: the answer of the form that it came from becomes
null.
"""


def page() -> str:
    """Return the page in Markdown."""
    activities = sorted(ACTIVITIES.values(), key=lambda each: each.name)
    return "\n".join([_INTRODUCTION, *(line for each in activities for line in _activity(each))])


def _activity(activity: type[Activity]) -> Iterator[str]:
    yield f"## {activity.name}\n"
    yield f"`{activity.type}`: {' '.join((activity.__doc__ or '').split())}\n"
    yield "| parameter | key | value | |"
    yield "|---|---|---|---|"
    for each in activity.parameters:
        label = f"**{each.label}**" if each.required else each.label
        yield f"| {label} | `{each.key}` | {_value(each)} | {each.help} |"
    yield ""
    labels = {each.key: each.label for each in activity.parameters}
    yield f"Writes: {'; '.join(_written(each, labels) for each in activity.writes) or 'nothing'}.\n"
    if activity.returns:
        yield f"An output mapping can keep `result`: {activity.returns}\n"
    yield "| BPMN error | |"
    yield "|---|---|"
    for error in activity.errors:
        yield f"| `{error.__name__}` | {(error.__doc__ or '').partition(chr(10))[0]} |"
    yield ""


def _value(parameter: Parameter) -> str:
    value = f"one of {', '.join(f'`{each}`' for each in parameter.choices)}" if parameter.choices else ""
    value = value or kind_of(parameter.type)
    if parameter.minimum is not None and parameter.maximum is not None:
        value += f" from {parameter.minimum} to {parameter.maximum}"
    return f"{value}; `{parameter.default}` when not set" if parameter.default else value


def _written(written: Written, labels: Mapping[str, str]) -> str:
    place = written.path.removeprefix(f"{STORE}.")
    for key, label in labels.items():
        place = place.replace(f"{{{key}}}", f"<{label}>")
    fields = ", ".join(f"`{name}`{_secret(kind)}" for name, kind in written.fields.items())
    return f"`{place}`{_secret(written.kind)}" + (f" with {fields}" if fields else "")


def _secret(kind: Kind) -> str:
    return " (*secret*)" if kind == "secret" else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
