"""Adding items to a dynamic list, and removing them: buttons that send the form without submitting it."""

import re
from collections.abc import Mapping, Sequence

from engine.form import SHOWN, Posted, Upload
from forms.container import COUNT, MAXIMUM_ITEMS

ACTION = "form-action"
"""The name of the buttons, and of the field by which a script asks for the page anew."""

_REMOVE = re.compile(r"remove:(.{1,500})\[([0-9]{1,3})\]")


def is_action(posted: Posted) -> bool:
    """Tell whether a form was sent to be shown again, not to be taken."""
    return ACTION in posted


def changed(posted: Posted) -> Posted:
    """Return what was posted with an item more or less, if that is what the button was for."""
    actions = posted.get(ACTION, ())
    action = actions[0] if actions and isinstance(actions[0], str) else ""
    rest = {name: values for name, values in posted.items() if name != ACTION}
    if action.startswith("add:"):
        name = action.removeprefix("add:") + COUNT
        return {**rest, name: [str(min(_count(rest, name) + 1, MAXIMUM_ITEMS))]}
    match = _REMOVE.fullmatch(action)
    if match is None or int(match[2]) >= _count(rest, match[1] + COUNT):
        return rest
    return _without(rest, match[1], int(match[2]))


def _count(posted: Posted, name: str) -> int:
    values = posted.get(name, ())
    text = values[0] if values and isinstance(values[0], str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MAXIMUM_ITEMS)) else 0


def _without(posted: Posted, name: str, index: int) -> Mapping[str, Sequence[str | Upload]]:
    """Return the fields without those of an item; those of later ones take its place."""
    moved: dict[str, Sequence[str | Upload]] = {}
    item = re.compile(re.escape(name) + r"\[([0-9]{1,3})\](.*)", re.DOTALL)

    def renamed(each: str) -> str | None:
        match = item.fullmatch(each)
        number = int(match[1]) if match else -1
        if match is None or number < index:
            return each
        return f"{name}[{number - 1}]{match[2]}" if number > index else None

    for each, values in posted.items():
        if (to := renamed(each)) is not None:
            moved[to] = values
    if SHOWN in posted:
        names = (renamed(each) for each in posted[SHOWN] if isinstance(each, str))
        moved[SHOWN] = [each for each in names if each is not None]
    moved[name + COUNT] = [str(max(_count(posted, name + COUNT) - 1, 0))]
    return moved
