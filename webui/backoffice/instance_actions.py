"""What an operator can do to an instance: each is asked on a page of its own, which says what it will do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.accounts import Permission
from engine.application import Application
from engine.audit import MAXIMUM_TEXT
from engine.definitions import DefinitionNotFound
from engine.errors import Conflict, Failure, IdflowError, Refused
from engine.instances import InstanceDetail, InstanceNotFound
from engine.instances.guard import IdentityStepSkipped
from engine.model import Element
from engine.store.models import InstanceStatus
from engine.variables import VariableInvalid
from webui.backoffice import instance_words
from webui.backoffice.access import Access, PermissionMissing
from webui.backoffice.instance_form import ActionForm

_S = InstanceStatus
_ALIVE = frozenset({_S.ACTIVE, _S.INCIDENT, _S.SUSPENDED})
_NOT_ENTERED = frozenset({"startEvent", "boundaryEvent"})

Perform = Callable[[Application, str, ActionForm, dict[str, Any]], None]


def _change(application: Application, instance_id: str, form: ActionForm, order: dict[str, Any]) -> None:
    variables = form.read_variables(required=True)
    if not form.errors:
        application.operations.change(instance_id, variables, **order)


def _skip(application: Application, instance_id: str, form: ActionForm, order: dict[str, Any]) -> None:
    variables = form.read_variables(required=False)
    if not form.errors:
        application.operations.skip(instance_id, variables, **order)


def _move(application: Application, instance_id: str, form: ActionForm, order: dict[str, Any]) -> None:
    if not form.element:
        form.errors["element"] = "Say where the token is to go."
    else:
        application.operations.move(instance_id, form.element, form.token or None, **order)


def _migrate(application: Application, instance_id: str, form: ActionForm, order: dict[str, Any]) -> None:
    application.operations.migrate(instance_id, form.version, form.mapping, **order)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done."""

    name: str
    label: str
    says: str
    """What it will do."""
    needs: Permission
    possible: frozenset[InstanceStatus]
    done: str
    perform: Perform
    tone: str = "primary"


ACTIONS: tuple[Action, ...] = (
    Action(
        "retry",
        "Retry",
        "The step at which the instance stopped is tried again, with the variables as they are now. If it fails again, "
        "the instance stops again. Other tokens stand as they were.",
        Permission.INSTANCES_RETRY,
        frozenset({_S.INCIDENT}),
        "The step was tried again.",
        lambda application, one, _, order: application.operations.retry(one, **order),
    ),
    Action(
        "skip",
        "Skip the step",
        "The step at which the instance stopped is left as if it had done its work, with the variables that you set "
        "here as its result. The step itself does nothing any more.",
        Permission.INSTANCES_SKIP,
        frozenset({_S.INCIDENT}),
        "The step was skipped.",
        _skip,
    ),
    Action(
        "suspend",
        "Suspend",
        "The instance stands still until somebody resumes it. Forms cannot be submitted; timers and messages wait, "
        "signals pass by.",
        Permission.INSTANCES_SUSPEND,
        frozenset({_S.ACTIVE, _S.INCIDENT}),
        "The instance stands still now.",
        lambda application, one, _, order: application.operations.suspend(one, **order),
    ),
    Action(
        "resume",
        "Resume",
        "The instance goes on where it stands. What was due meanwhile happens at once.",
        Permission.INSTANCES_SUSPEND,
        frozenset({_S.SUSPENDED}),
        "The instance goes on.",
        lambda application, one, _, order: application.operations.resume(one, **order),
    ),
    Action(
        "change",
        "Set variables",
        "The variables that you write here get these values; the others stay as they are. A condition that waits for "
        "them is looked at. What begins with an underscore is Idflow's own, and a secret cannot be set.",
        Permission.INSTANCES_CHANGE,
        _ALIVE,
        "The variables are set.",
        _change,
    ),
    Action(
        "move",
        "Move to another step",
        "A token is taken from its step, with what runs inside it, and put on another one of the same process or "
        "sub-process. From there the instance goes on at once. What lies between the two is not done.",
        Permission.INSTANCES_MOVE,
        _ALIVE,
        "The token was moved.",
        _move,
    ),
    Action(
        "migrate",
        "Migrate",
        "The instance goes on in another version of its process. Each token stays at its step, or goes on at the one "
        "that you choose. What was done stays done.",
        Permission.INSTANCES_MIGRATE,
        _ALIVE,
        "The instance goes on in the other version.",
        _migrate,
    ),
    Action(
        "cancel",
        "Cancel",
        "The instance ends here, for good. Whoever has a form open is told that it is over. This cannot be undone.",
        Permission.INSTANCES_CANCEL,
        _ALIVE,
        "The instance is cancelled.",
        lambda application, one, _, order: application.operations.cancel(one, **order),
        tone="danger",
    ),
)

DONE: Mapping[str, str] = {f"instance-{each.name}": each.done for each in ACTIONS}
"""What the page of an instance says when something was done."""


@dataclass(frozen=True, slots=True)
class ActionPages:
    """Asks, and does."""

    application: Application
    access: Access

    def ask(self, action: Action, instance_id: str) -> Response:
        """Say what an action will do."""
        detail = self.application.views.show(instance_id)
        form = ActionForm.sent(request.args)
        form.revision = detail.record.revision
        return self._ask(action, detail, form)

    def perform(self, action: Action, instance_id: str) -> Response:
        """Do it; when something is against it, say so, and lose nothing of what was written."""
        form = ActionForm.sent(request.form)
        if form.identity and not self.access.permits(Permission.INSTANCES_SKIP_IDENTITY):
            raise PermissionMissing
        refusal: IdflowError | None = None
        if not form.errors:
            try:
                action.perform(self.application, instance_id, form, form.order(self.access.who))
            except InstanceNotFound:
                raise
            except VariableInvalid as error:
                form.errors["variables"] = error.message
            except (Refused, Conflict, Failure) as error:
                refusal = error
        if refusal is None and not form.errors:
            done = url_for("backoffice.instance", instance_id=instance_id, done=f"instance-{action.name}")
            return redirect(done, HTTPStatus.SEE_OTHER)
        detail = self.application.views.show(instance_id)
        # Whoever reads this page has seen how the instance stands now.
        form.revision = detail.record.revision
        return self._ask(action, detail, form, refusal)

    def _ask(
        self, action: Action, detail: InstanceDetail, form: ActionForm, refusal: IdflowError | None = None
    ) -> Response:
        possible = detail.record.status in action.possible
        page = render_template(
            "backoffice/instances/action.html",
            action=action,
            instance=detail.record,
            detail=detail,
            form=form,
            errors=form.errors,
            refusal=refusal,
            possible=possible,
            identity_refused=isinstance(refusal, IdentityStepSkipped),
            may_skip_identity=self.access.permits(Permission.INSTANCES_SKIP_IDENTITY),
            maximum_reason=MAXIMUM_TEXT,
            statuses=instance_words.STATUSES,
            words=instance_words,
            **(self._more(action, detail, form) if possible else {}),
        )
        status = HTTPStatus.OK
        if isinstance(refusal, Conflict) or not possible:
            status = HTTPStatus.CONFLICT
        elif refusal is not None or form.errors:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        return make_response(page, status)

    def _more(self, action: Action, detail: InstanceDetail, form: ActionForm) -> dict[str, Any]:
        """Return what one of the pages shows besides."""
        record = detail.record
        if action.name == "move":
            return {
                "targets": [
                    each for each in self._elements(record.definition_key, record.version) if _can_be_entered(each)
                ]
            }
        if action.name == "migrate":
            return self._plan(detail, form)
        return {}

    def _elements(self, key: str, version: int) -> Sequence[Element]:
        try:
            return [*self.application.views.elements_of(key, version).values()]
        except Failure:
            # A release has become too strict for this version.
            return []

    def _plan(self, detail: InstanceDetail, form: ActionForm) -> dict[str, Any]:
        """Return how the instance would get to the version, and what is against it."""
        record = detail.record
        choices = {each.key: each.versions for each in self.application.processes.choices()}
        versions = [each for each in choices.get(record.definition_key, ()) if each != record.version]
        if form.version is None:
            form.version = next(iter(versions), None)
        if form.version is None or form.version == record.version:
            return {"versions": versions}
        given = record.id, form.version, form.mapping
        try:
            elements = self.application.views.elements_of(record.definition_key, form.version)
            strict = self.application.operations.plan_migration(*given).problems
            lenient = self.application.operations.plan_migration(*given, identity=True).problems
        except (DefinitionNotFound, Failure) as error:
            return {"versions": versions, "problems": [error.message.rstrip(".")]}
        identity = [each for each in strict if each not in lenient]
        return {"versions": versions, "problems": lenient, "identity_problems": identity, "targets": elements.values()}


def _can_be_entered(element: Element) -> bool:
    return not (element.kind in _NOT_ENTERED or element.by_event or element.for_compensation)
