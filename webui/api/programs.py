"""What programs start and fill in, and the messages and signals that they send."""

from datetime import timedelta
from http import HTTPStatus

import orjson

from engine.accounts import Permission
from engine.definitions import DefinitionNotFound
from engine.instances import InstanceExpired, InstanceNotFound, NotStartable, OtherBrowser, StepNotCurrent
from engine.instances.given import ReservedVariable
from engine.instances.outbox import EventInvalid, PayloadTooLarge
from engine.instances.programs import AnswersRefused, WorkItem
from engine.variables import VariableInvalid
from webui.api.models.base import Nothing
from webui.api.models.events import Message, Published, Signal
from webui.api.models.instances import InstanceNamed, NewInstance, StartedInstance
from webui.api.models.tasks import Answers, Submitted, Task, TaskNamed, Tasks
from webui.api.operation import Call, Operation
from webui.backoffice.issued import address_of


def start_instance(call: Call[Nothing, Nothing, NewInstance]) -> StartedInstance:
    """Start a process."""
    new, application = call.body, call.application
    duration = timedelta(seconds=new.maximum_duration)
    started = application.programs.start(new.definition, new.version, new.variables, duration, order=call.order())
    return StartedInstance(id=started.id, link=address_of(started.link, application.settings))


def list_tasks(call: Call[InstanceNamed, Nothing, Nothing]) -> Tasks:
    """Return the forms that wait."""
    return Tasks(items=tuple(map(_task, call.application.programs.tasks(call.path.instance_id))))


def submit_task(call: Call[TaskNamed, Nothing, Answers]) -> Submitted:
    """Fill in a form that waits."""
    instance_id, application = call.path.instance_id, call.application
    order = call.order(call.body.reason)
    application.programs.submit(instance_id, call.path.task_id, call.body.answers, order=order)
    record = application.views.show(instance_id).record
    return Submitted(instance=record.id, status=record.status, element=record.element_id)


def publish_message(call: Call[Nothing, Nothing, Message]) -> Published:
    """Send a message."""
    sent = call.body
    lives = timedelta(seconds=sent.time_to_live)
    identifier = call.application.events.publish(
        sent.name, key=sent.key, variables=sent.variables, time_to_live=lives, order=call.order()
    )
    return Published(id=identifier)


def broadcast_signal(call: Call[Nothing, Nothing, Signal]) -> Published:
    """Send a signal."""
    return Published(id=call.application.events.broadcast(call.body.name, call.body.variables, call.order()))


def _task(item: WorkItem) -> Task:
    task = item.task
    return Task.model_validate(
        {
            **{name: getattr(task, name) for name in ("id", "name", "form_data_key", "readonly")},
            "element": task.element_id,
            "form": task.form.name,
            "form_version": task.form.version,
            "document": orjson.loads(task.form.content),
            "attempts": task.attempts,
            "max_attempts": task.max_attempts,
            "variables": item.variables,
            "submittable": item.open,
        }
    )


_VARIABLES = (ReservedVariable, VariableInvalid)

INSTANCES = (
    Operation(
        start_instance,
        "POST",
        "/instances",
        "Start an instance",
        Permission.INSTANCES_START,
        (DefinitionNotFound, NotStartable, *_VARIABLES),
        status=HTTPStatus.CREATED,
        made="/instances/{id}",
        text=(
            "It runs to its first wait state at once. Its link, which is shown once, is for its end user: the first "
            "browser that opens it and begins gets the instance. Until then a program may submit its tasks."
        ),
    ),
)
TASKS = (
    Operation(
        list_tasks,
        "GET",
        "/instances/{instance_id}/tasks",
        "List the forms of an instance that wait, with their documents; secrets are masked",
        Permission.INSTANCES_VIEW,
        (InstanceNotFound,),
    ),
    Operation(
        submit_task,
        "POST",
        "/instances/{instance_id}/tasks/{task_id}/submit",
        "Fill in a form that waits, while no browser has its instance",
        Permission.TASKS_SUBMIT,
        (InstanceNotFound, InstanceExpired, OtherBrowser, StepNotCurrent, AnswersRefused),
        text=(
            "The answers are checked as those of a browser are. When the form does not take them, that counts as an "
            "attempt, and `values` says what is wrong with each field. After the last attempt that is allowed the "
            "process goes on as it does for everybody: look at the status in the answer. Files cannot be sent."
        ),
    ),
)
EVENTS = (
    Operation(
        publish_message,
        "POST",
        "/messages",
        "Send a message to the instances, or processes, that wait for its name and key",
        Permission.EVENTS_PUBLISH,
        (EventInvalid, PayloadTooLarge, *_VARIABLES),
        status=HTTPStatus.ACCEPTED,
    ),
    Operation(
        broadcast_signal,
        "POST",
        "/signals",
        "Send a signal to everybody who waits for it",
        Permission.EVENTS_PUBLISH,
        (EventInvalid, PayloadTooLarge, *_VARIABLES),
        status=HTTPStatus.ACCEPTED,
    ),
)
