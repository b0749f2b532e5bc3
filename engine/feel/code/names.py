"""Literals, variables and paths (DMN 1.5, 10.3.2.9 and 10.3.2.14)."""

from collections.abc import Mapping
from typing import cast

from engine.feel.budget import Run
from engine.feel.builtins import BUILTINS
from engine.feel.code.compiler import Code, Compiler, Frame, Handler, Scope
from engine.feel.code.functions import as_value
from engine.feel.code.properties import member
from engine.feel.errors import FeelEvaluationError
from engine.feel.syntax.nodes import Literal, Member, Name, Node
from engine.feel.values.kinds import FOREIGN, adopted


def _literal(_compiler: Compiler, node: Literal, _scope: Scope | None) -> Code:
    value = node.value
    return lambda _frame: value


def _name(compiler: Compiler, node: Name, scope: Scope | None) -> Code:
    return lookup(compiler, node, scope, (node.name,))


def lookup(compiler: Compiler, node: Name, scope: Scope | None, path: tuple[str, ...]) -> Code:
    """Return the code that reads a variable, which is the beginning of `path`."""
    filters, hops = [], 0
    level = scope
    while level is not None:
        if level.names is None:
            filters.append(hops)
        elif node.name in level.names:
            level.used.add(node.name)
            break
        level, hops = level.parent, hops + 1
    is_item = node.name == "item" and bool(filters)
    if level is None and not is_item:
        compiler.paths.add(path)
        if node.guessed and not filters:
            compiler.unsure.add(node.name)
    outer = _variable(node) if level is None else _local(node.name)
    if not filters:
        return outer if level is None or hops == 0 else _outer(outer, hops)
    return _filtered(node.name, filters, outer, hops)


def _variable(node: Name) -> Code:
    name, guessed = node.name, node.guessed
    builtin = as_value(name) if name in BUILTINS else None

    def variable(frame: Frame) -> object:
        run = frame.run
        value = run.context.get(name)
        if value is None:
            return missing(run)
        return adopted(value) if type(value) in FOREIGN else value

    def missing(run: Run) -> object:
        if name in run.context:
            return None
        if guessed:
            raise FeelEvaluationError(
                f"There is no variable {name!r}. When an operator or a comma is missing between the words, add it."
            )
        return run.null("there is no variable {!r}", name) if builtin is None else builtin

    return variable


def _local(name: str) -> Code:
    def local(frame: Frame) -> object:
        value = frame.values[name]
        return adopted(value) if type(value) in FOREIGN else value

    return local


def _outer(code: Code, hops: int) -> Code:
    def outer(frame: Frame) -> object:
        for _ in range(hops):
            frame = cast("Frame", frame.parent)  # each hop was counted on a scope, which has a frame when it runs
        return code(frame)

    return outer


def _filtered(name: str, filters: list[int], outer: Code, hops: int) -> Code:
    """Read a name that may be of an item that is tested, of any of the filters around."""
    at_filter = frozenset(filters)

    def filtered(frame: Frame) -> object:
        for hop in range(hops):
            if hop in at_filter:
                if name in frame.values:
                    return adopted(frame.values[name])
                if name == "item":
                    return frame.item
            if frame.parent is None:
                break
            frame = frame.parent
        return outer(frame)

    return filtered


def _member(compiler: Compiler, node: Member, scope: Scope | None) -> Code:
    parts = node.parts
    if isinstance(node.base, Name):
        base = lookup(compiler, node.base, scope, (node.base.name, *parts))
    else:
        base = compiler.compile(node.base, scope)
    if node.guessed:
        return _guessed_member(base, parts, node.guessed)
    if len(parts) == 1:
        return _one_member(base, parts[0])

    def path(frame: Frame) -> object:
        value = base(frame)
        for part in parts:
            if type(value) is dict:
                value = value.get(part)
            elif value is None:
                return frame.run.null("there is no {!r} in null", part)
            else:
                value = member(frame.run, value, part)
        return adopted(value) if type(value) in FOREIGN else value

    return path


def _one_member(base: Code, part: str) -> Code:
    def one(frame: Frame) -> object:
        return member(frame.run, base(frame), part)

    return one


def _guessed_member(base: Code, parts: tuple[str, ...], guessed: frozenset[str]) -> Code:
    def path(frame: Frame) -> object:
        value = base(frame)
        for part in parts:
            if part in guessed and not (isinstance(value, list) or (isinstance(value, Mapping) and part in value)):
                raise FeelEvaluationError(
                    f"There is no {part!r} here. When an operator or a comma is missing between the words, add it."
                )
            value = member(frame.run, value, part)
        return value

    return path


def exists(compiler: Compiler, node: Node, scope: Scope | None) -> Code | None:
    """Return the code that tells whether a path leads to something, null included; None when `node` is no path."""
    if isinstance(node, Name):
        code = compiler.compile(node, scope)
        name = node.name

        def named(frame: Frame) -> object:
            level: Frame | None = frame
            while level is not None:
                if name in level.values:
                    return True
                level = level.parent
            return name in frame.run.context or code(frame) is not None

        return named
    if isinstance(node, Member):
        *before, last = node.parts
        base = compiler.compile(Member(node.base, tuple(before)) if before else node.base, scope)
        compiler.compile(node, scope)

        def within(frame: Frame) -> object:
            value = base(frame)
            return last in value if isinstance(value, Mapping) else member(frame.run, value, last) is not None

        return within
    return None


HANDLERS: dict[type[Node], Handler] = {Literal: _literal, Name: _name, Member: _member}
