"""Unary tests on their own (DMN 1.5, 10.3.2.16): a test that uses `?` is a condition, another one is compared."""

from dataclasses import fields

from engine.feel.code.compiler import Code, Compiler, Frame, Scope
from engine.feel.code.logic import Test, one_holds, test_code
from engine.feel.syntax.nodes import Compared, Name, Node, Tests
from engine.feel.syntax.parser import INPUT


def tests_code(compiler: Compiler, node: Tests) -> Code:
    """Return the code of unary tests, for a frame that has the input as `?`."""
    scope = Scope({INPUT}, None)
    tests = [_test(compiler, test, scope) for test in node.tests]
    negated = node.negated

    if not tests:
        # `-`: any value passes.
        return lambda _frame: True

    def whole(frame: Frame) -> object:
        holds = one_holds(frame, frame.values[INPUT], tests)
        return (not holds) if negated and holds is not None else holds

    return whole


def _test(compiler: Compiler, node: Node, scope: Scope) -> Test:
    if not isinstance(node, Compared) and _names_input(node):
        code = compiler.compile(node, scope)

        def condition(frame: Frame, _value: object) -> bool | None:
            holds = code(frame)
            return holds if type(holds) is bool else None

        return condition
    return test_code(compiler, node, scope)


def _names_input(root: Node) -> bool:
    waiting: list[object] = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Name) and part.name == INPUT:
            return True
        if isinstance(part, Node):
            waiting.extend(getattr(part, field.name) for field in fields(part))  # type: ignore[arg-type] # a dataclass
        elif type(part) is tuple:
            waiting.extend(part)
    return False
