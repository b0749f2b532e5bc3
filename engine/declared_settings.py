"""The settings of the environment as their declarations describe them: for the reference, and to find slips of the pen.

A setting is declared where it is read: an attribute whose docstring begins with its variable.
"""

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any

from engine.config import ApiSettings, DatabaseSettings, OidcSettings, Retention, Settings, SmtpSettings

GROUPS: tuple[tuple[str, type], ...] = (
    ("The server", Settings),
    ("The database", DatabaseSettings),
    ("Mail", SmtpSettings),
    ("Single sign-on", OidcSettings),
    ("How long what is over is kept", Retention),
    ("How many requests programs may send", ApiSettings),
)
"""What is declared together, under its heading."""

OF_COMMANDS = {
    "IDFLOW_URL": "the server that commands work at, in place of the data folder",
    "IDFLOW_API_KEY": "the API key that they send",
}
"""Read by the command line and the client, and no setting of an installation."""

OF_BUILDING = {"IDFLOW_SKIP_FRONTEND": "leaves the bundles of the designer, the form builder and the documentation out"}
"""Read while Idflow is installed."""

_VARIABLE = re.compile(r"\bIDFLOW_[A-Z_]*[A-Z]\b")


@dataclass(frozen=True, slots=True)
class DeclaredSetting:
    """One setting."""

    variables: tuple[str, ...]
    """What sets it; after the first, what does so, too: a file that holds it."""
    meaning: str
    default: str
    """Empty when there is none, or it has to be computed."""


@cache
def declared(owner: type) -> tuple[DeclaredSetting, ...]:
    """Return the settings that a class of settings declares, in order."""
    (body,) = (each.body for each in ast.parse(dedent(inspect.getsource(owner))).body if isinstance(each, ast.ClassDef))
    return tuple(_read(owner, body))


def known() -> frozenset[str]:
    """Return every variable that something reads."""
    found = {name for _, owner in GROUPS for each in declared(owner) for name in each.variables}
    return frozenset(found | OF_COMMANDS.keys() | OF_BUILDING.keys())


def _read(owner: type, body: list[ast.stmt]) -> Iterator[DeclaredSetting]:
    for attribute, following in pairwise(body):
        match attribute, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                variables = tuple(dict.fromkeys(_VARIABLE.findall(text)))
                if variables:
                    yield DeclaredSetting(variables, " ".join(text.split()), _written(owner, name))


def _written(owner: Any, name: str) -> str:
    match owner.__dataclass_fields__[name].default:
        case bool(value):
            return str(value).lower()
        case None | () | dataclasses.MISSING:
            return ""
        case timedelta() as value:
            return str(value // (timedelta(days=1) if value.days else timedelta(hours=1)))
        case value:
            return str(value)
