"""The page of the settings of the environment."""

import re
from collections.abc import Iterator

from engine.declared_settings import GROUPS, OF_BUILDING, OF_COMMANDS, DeclaredSetting, declared
from webui.reference.table import table

_HEAD = """# Settings

Variables of the environment; an option of a command wins over its variable. What can be changed in the browser, too,
is in [operating](../operating.md#settings-in-the-browser). A name that ends in `_FILE` names a file that holds the
value. `idflow doctor` says which variables nobody reads. This page is made from the declarations: `python -m
webui.reference`.
"""


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    for heading, owner in GROUPS:
        yield f"## {heading}\n"
        yield from table(("variable", "default", "meaning"), map(_row, declared(owner)))
    yield "## Programs\n"
    yield from table(("variable", "meaning"), ((f"`{name}`", text) for name, text in OF_COMMANDS.items()))
    yield "## Installing\n"
    yield from table(("variable", "meaning"), ((f"`{name}`", text) for name, text in OF_BUILDING.items()))


def _row(setting: DeclaredSetting) -> tuple[str, str, str]:
    first, *others = setting.variables
    names = ", ".join(f"`{name}`" for name in (first, *(each for each in others if each.startswith(first))))
    default = f"`{setting.default}`" if setting.default else ""
    return names, default, _meaning(setting)


def _meaning(setting: DeclaredSetting) -> str:
    """Return what is said of it, without its name at the beginning."""
    text = re.sub(rf"^`{setting.variables[0]}`(?:, or a file by `\w+`)?(?:: |, or )", "", setting.meaning)
    # What Python calls None is a variable that is not set.
    text = re.sub(r"\bNone\b", "unset", text)
    return text[:1].upper() + text[1:]
