"""What stands at a place of a file: a context, a list, a text; `Wrong` says that it is something else."""

from collections.abc import Mapping

from engine.errors import Problem
from engine.journey_test.located import Located

_KINDS: Mapping[type, str] = {dict: "a context", list: "a list", str: "a text"}


class Wrong(Exception):
    """Something in the file cannot be taken."""

    def __init__(self, line: int | None, message: str, remedy: str, code: str = "test.invalid") -> None:
        super().__init__(message)
        self.problem = Problem(code, message, remedy, line=line)


def context(at: Located, allowed: set[str] | None = None) -> dict[str, Located]:
    """Return the entries of a context; only these names are `allowed`, None is any."""
    entries: dict[str, Located] = mapping(at).value
    for name, each in entries.items():
        if allowed is not None and name not in allowed:
            remedy = f"Write one of {', '.join(sorted(allowed))}."
            raise Wrong(each.line, f"{name!r} means nothing here.", remedy, "test.unknown")
    return entries


def mapping(at: Located) -> Located:
    """Return it when it is a context."""
    return of_kind(at, dict)


def items(at: Located) -> list[Located]:
    """Return what is in a list."""
    found: list[Located] = of_kind(at, list).value
    return found


def text(at: Located) -> str:
    """Return a text."""
    found: str = of_kind(at, str).value
    return found


def of_kind(at: Located, kind: type) -> Located:
    """Return it when its value is of this kind."""
    if not isinstance(at.value, kind):
        what = _KINDS[kind]
        remedy = "Put quotes around it." if kind is str and not isinstance(at.value, dict | list) else f"Write {what}."
        raise Wrong(at.line, f"Here belongs {what}.", remedy)
    return at


def needed(entries: Mapping[str, Located], name: str, around: Located) -> Located:
    """Return the entry that has to be there."""
    if name not in entries:
        raise Wrong(around.line, f"{name} is missing.", f"Add {name}.", "test.missing")
    return entries[name]
