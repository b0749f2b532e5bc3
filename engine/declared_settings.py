"""The settings of the environment as their declarations describe them: for the reference, and to find slips of the pen.

A setting is declared where it is read: an attribute whose docstring begins with its variable.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from textwrap import dedent

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
    """As it is written in Python; empty when it has to be computed."""


@cache
def declared(owner: type) -> tuple[DeclaredSetting, ...]:
    """Return the settings that a class of settings declares, in order."""
    (body,) = (each.body for each in ast.parse(dedent(inspect.getsource(owner))).body if isinstance(each, ast.ClassDef))
    return tuple(_read(body))


def known() -> frozenset[str]:
    """Return every variable that something reads."""
    found = {name for _, owner in GROUPS for each in declared(owner) for name in each.variables}
    return frozenset(found | OF_COMMANDS.keys() | OF_BUILDING.keys())


def _read(body: list[ast.stmt]) -> Iterator[DeclaredSetting]:
    for attribute, following in pairwise(body):
        match attribute, following:
            case ast.AnnAssign(value=default), ast.Expr(value=ast.Constant(value=str(text))):
                variables = tuple(dict.fromkeys(_VARIABLE.findall(text)))
                if variables:
                    yield DeclaredSetting(variables, " ".join(text.split()), _written(default))


def _written(default: ast.expr | None) -> str:
    match default:
        case None:
            return "required"
        case ast.Constant(value=None):
            return "none"
        case ast.Constant(value=bool(value)):
            return str(value).lower()
        case ast.Constant(value=value):
            return str(value)
    return ""
