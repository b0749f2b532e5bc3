"""Process instances: finding them, looking at one."""

from engine.accounts import Permission
from engine.instances import InstanceNotFound
from engine.instances.by_parameter import Parameter
from engine.instances.exports import FileKind
from engine.instances.search import Wanted
from webui.api.models.base import Nothing, Order, Page
from webui.api.models.instances import (
    Export,
    Instance,
    InstanceNamed,
    InstancesAsked,
    InstanceSummary,
    Timeline,
)
from webui.api.operation import Call, Operation
from webui.api.pages import after, of_rows
from webui.api.showing import shown_instance
from webui.backoffice.instance_export import exported


def list_instances(call: Call[Nothing, InstancesAsked, Nothing]) -> Page[InstanceSummary]:
    """Return the instances that are looked for."""
    asked = call.query
    wanted = Wanted(
        definition_key=asked.definition,
        version=asked.version,
        status=asked.status,
        created_from=asked.created_from,
        created_before=asked.created_before,
        query=asked.q.strip(),
        parameter=None if asked.parameter is None else Parameter.read(asked.parameter),
        oldest_first=asked.sort is Order.OLDEST,
    )
    return of_rows(call.application.views.search(wanted, after(asked), asked.limit), InstanceSummary)


def get_instance(call: Call[InstanceNamed, Nothing, Nothing]) -> Instance:
    """Return one instance."""
    return shown_instance(call.application.views.show(call.path.instance_id))


def get_instance_timeline(call: Call[InstanceNamed, Nothing, Nothing]) -> Timeline:
    """Return what an instance has done."""
    found = call.application.views.inspect(call.path.instance_id)
    return Timeline.model_validate({"stages": found.stages, "history": found.detail.history})


def export_instance(call: Call[InstanceNamed, Nothing, Nothing]) -> Export:
    """Return everything that is known of an instance; that is audited."""
    found = call.application.exports.take(call.path.instance_id, FileKind.JSON, by=call.by, key=call.key)
    return Export.model_validate(exported(found, call.application.clock.now()))


_VIEW, _ONE, _MISSING = Permission.INSTANCES_VIEW, "/instances/{instance_id}", (InstanceNotFound,)

OPERATIONS = (
    Operation(list_instances, "GET", "/instances", "List process instances, the newest first", _VIEW),
    Operation(get_instance, "GET", _ONE, "Get an instance with its variables; secrets are masked", _VIEW, _MISSING),
    Operation(get_instance_timeline, "GET", f"{_ONE}/timeline", "Get what an instance has done", _VIEW, _MISSING),
    Operation(
        export_instance,
        "POST",
        f"{_ONE}/export",
        "Take away everything that is known of an instance",
        Permission.INSTANCES_EXPORT,
        _MISSING,
        looks=True,
        text="That it was taken is in the audit trail.",
    ),
)
