"""Which variables may be set from outside: by an operator, a message, a signal, or whoever starts a process."""

from collections.abc import Iterable

from engine.errors import Refused
from engine.variables import VariableInvalid, is_name

_TABLE = frozenset({"processvar", "processVar"})


class ReservedVariable(Refused):
    """Variables that begin with an underscore are Idflow's own."""

    code = "reserved-variable"


def check_names(names: Iterable[str]) -> None:
    """Do nothing when each of `names`, which may be dotted paths, can be set from outside.

    Raises:
        ReservedVariable: when one begins with an underscore, or is the name of the table itself.
        VariableInvalid: when one cannot name a variable.

    """
    for name in names:
        first, *others = name.split(".")
        if first.startswith("_") or first in _TABLE:
            raise ReservedVariable(
                f"{name!r} cannot be set: what begins with an underscore is Idflow's own, and processvar is the table "
                "of all variables. Choose another name."
            )
        if not all(map(is_name, (first, *others))):
            raise VariableInvalid(
                f"{name!r} cannot name a variable: use letters, digits and underscores, separated by dots."
            )
