"""From trees to closures: each part of an expression becomes a Python function of the frame that it is evaluated in."""

from engine.feel.code import arithmetic, calls, collections, juel, logic, loops, names
from engine.feel.code.compiler import Code, Compiler, Scope

_HANDLERS = {
    **names.HANDLERS,
    **logic.HANDLERS,
    **arithmetic.HANDLERS,
    **collections.HANDLERS,
    **loops.HANDLERS,
    **calls.HANDLERS,
    **juel.HANDLERS,
}


def compiler() -> Compiler:
    """Return a compiler for one expression."""
    return Compiler(_HANDLERS)


__all__ = ["Code", "Compiler", "Scope", "compiler"]
