"""The page of the errors."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache

import engine
import forms
import service_tasks
import webui
from engine.errors import BpmnError, IdflowError
from webui.api.problems import code_of, status_for
from webui.reference.table import table

_HEAD = """# Errors

Every error has a stable code: the command line prints it in brackets, the REST API has it as `code`, incidents show
it. What has a status is answered with that; the message of an error may be more exact than here. This page is made
from the declarations: `python -m webui.reference`.
"""
_BPMN = """An error boundary event with this name as its error code catches it; one that nothing catches stops the
instance with an incident. The [activities](../activities.md) say which of them they raise.
"""
_NOT_OURS = ("webui.testing", "webui.frontend", "engine.store.migrations", "webui.reference")
"""What the tests of other people's journeys raise, and what is not imported."""

_TOPS = frozenset({"engine", "forms", "service_tasks", "webui"})


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    found = every()
    outcomes = [each for each in found if issubclass(each, BpmnError) and each is not BpmnError]
    yield "## Errors by their codes\n"
    plain = ((f"`{code_of(each)}`", _text(each), _status(each), _again(each)) for each in found if each not in outcomes)
    yield from table(("code", "meaning", "status", "another try"), sorted(set(plain)))
    yield "## Outcomes that a diagram can handle\n"
    yield _BPMN
    yield from table(
        ("BPMN error", "meaning", "code", "status"),
        ((f"`{each.__name__}`", _text(each), f"`{code_of(each)}`", _status(each)) for each in outcomes),
    )


@cache
def every() -> tuple[type[IdflowError], ...]:
    """Return every error there is, by name."""
    for package in (engine, forms, service_tasks, webui):
        _load(package.__path__, f"{package.__name__}.")
    return tuple(sorted(_below(IdflowError), key=lambda each: (each.__name__, each.__module__)))


def _load(path: Iterable[str], prefix: str) -> None:
    for module in pkgutil.iter_modules(path, prefix):
        if module.name.startswith(_NOT_OURS) or module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        if module.ispkg:
            _load(loaded.__path__, f"{module.name}.")


def _below(kind: type[IdflowError]) -> Iterator[type[IdflowError]]:
    for each in kind.__subclasses__():
        where = each.__module__
        if where.partition(".")[0] in _TOPS and not where.startswith(_NOT_OURS):
            yield each
            yield from _below(each)


def _text(kind: type[IdflowError]) -> str:
    return (kind.__doc__ or "").strip().partition("\n\n")[0]


def _status(kind: type[IdflowError]) -> str:
    status = status_for(kind)
    return "" if status is None else str(status.value)


def _again(kind: type[IdflowError]) -> str:
    return "may help" if kind.retry_helps else ""
