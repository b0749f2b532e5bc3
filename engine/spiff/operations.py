"""What an operator does with a token: skip its element, or put it elsewhere."""

from SpiffWorkflow.util.task import TaskState

from engine.errors import Refused
from engine.model import Element
from engine.spiff.catching import resume, stop_waiting
from engine.spiff.element import CAUGHT, DONE, ElementSpec
from engine.spiff.events import ATTACHED
from engine.spiff.loops import INDEX
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.token import Token
from engine.spiff.workflow import Workflow

_NOT_ENTERED = frozenset({"startEvent", "boundaryEvent"})


class NotMovable(Refused):
    """The token cannot be put on this element."""

    code = "not-movable"


def skip(token: Token) -> None:
    """Let a token go on as if its element had done its work; one that waits beside an activity waits no longer."""
    scope = token.workflow
    if _is_beside(token):
        scope.cancel_token(token)
        return
    scope.close_inside(token)
    scope.leave_join(token)
    stop_waiting(token)
    token.notes.pop(CAUGHT, None)
    token.notes[DONE] = True
    resume(token)


def move(token: Token, element_id: str) -> None:
    """Put a token on another element of the same scope."""
    scope = token.workflow
    _check_target(token, element_id)
    stop_waiting(token)
    scope.cancel_token(token)
    kept = {INDEX: token.notes[INDEX]} if INDEX in token.notes else None
    scope.enter(element_id, notes=kept, local=token.local)


def between(token: Token, element_id: str) -> tuple[Element, ...]:
    """Return the elements that lie on a way from the token's to another one, its own first."""
    _check_target(token, element_id)
    specs = token.workflow.spec.task_specs
    before: dict[str, set[str]] = {}
    for name, spec in specs.items():
        for target in spec.reach():
            before.setdefault(target, set()).add(name)
    start = token.task_spec.name
    ahead = _closure([start], {name: spec.reach() for name, spec in specs.items()}, stop=element_id)
    behind = _closure([element_id], {name: tuple(names) for name, names in before.items()}, stop=start)
    names = [name for name in specs if name in ahead & behind and name != element_id]
    return tuple(inside for name in names for inside in _elements(token, specs[name]))


def rearm(workflow: Workflow) -> None:
    """Let boundary events and event sub-processes wait that do not yet: the process is another version."""
    for scope in workflow.scopes:
        for token in list(scope.tasks.values()):
            if token.state == TaskState.STARTED:
                token.task_spec.arm(token)
            elif token.state == TaskState.READY and token.id in scope.armed:
                token.run()


def _is_beside(token: Token) -> bool:
    """Tell whether the token only waits for something to happen, beside what goes on."""
    return ATTACHED in token.notes or token.id in token.workflow.armed


def _check_target(token: Token, element_id: str) -> None:
    label = token.task_spec.element.label
    if _is_beside(token):
        raise NotMovable(f"The token waits for {label!r}, beside what goes on. Choose another token.")
    spec = token.workflow.spec.task_specs.get(element_id)
    if spec is None:
        raise NotMovable(
            f"There is no element {element_id!r} beside {label!r}. Choose one of the same process or sub-process."
        )
    element = spec.element
    if element.kind in _NOT_ENTERED or element.by_event or element.for_compensation:
        raise NotMovable(f"No token can be put on {element.label!r}. Choose an element that a flow leads to.")


def _closure(start: list[str], ways: dict[str, tuple[str, ...]], *, stop: str) -> set[str]:
    seen, ahead = set(start), list(start)
    while ahead:
        for name in ways.get(ahead.pop(), ()):
            if name not in seen:
                seen.add(name)
                if name != stop:
                    ahead.append(name)
    return seen


def _elements(token: Token, spec: ElementSpec) -> list[Element]:
    """Return the element of `spec` and everything inside of it."""
    scopes = token.workflow.specification.scopes
    inner: ScopeSpec | None = scopes.get(spec.name)
    found = [spec.element]
    if inner is not None:
        found += [element for each in inner.task_specs.values() for element in _elements(token, each)]
    return found
