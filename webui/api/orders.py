"""What can be done to an instance."""

from typing import Any

from engine.accounts import Permission
from engine.definitions import DefinitionNotFound
from engine.instances import InstanceNotFound
from engine.instances.given import ReservedVariable
from engine.instances.guard import IdentityStepSkipped
from engine.instances.migration import MigrationRefused
from engine.instances.operations import AlreadySuspended, InstanceOver, NotAnIncident, NotSuspended
from engine.instances.order import InstanceChanged
from engine.spiff import NotMovable
from engine.variables import VariableInvalid
from webui.api.admission import PermissionMissing
from webui.api.models.base import Nothing
from webui.api.models.instances import Instance, InstanceNamed
from webui.api.models.orders import Changed, Migrated, Migration, MigrationPlan, Moved, Ordered, Skipped
from webui.api.operation import Call, Match, Operation
from webui.api.showing import shown_instance


def retry_instance(call: Call[InstanceNamed, Nothing, Ordered]) -> Instance:
    """Try again where the instance stopped."""
    call.application.operations.retry(call.path.instance_id, **call.ordered(call.body.reason))
    return _now(call)


def skip_step(call: Call[InstanceNamed, Nothing, Skipped]) -> Instance:
    """Leave the step at which the instance stopped."""
    call.application.operations.skip(call.path.instance_id, call.body.variables, **_ordered(call))
    return _now(call)


def suspend_instance(call: Call[InstanceNamed, Nothing, Ordered]) -> Instance:
    """Let the instance stand still."""
    call.application.operations.suspend(call.path.instance_id, **call.ordered(call.body.reason))
    return _now(call)


def resume_instance(call: Call[InstanceNamed, Nothing, Ordered]) -> Instance:
    """Let the instance go on."""
    call.application.operations.resume(call.path.instance_id, **call.ordered(call.body.reason))
    return _now(call)


def cancel_instance(call: Call[InstanceNamed, Nothing, Ordered]) -> Instance:
    """End the instance."""
    call.application.operations.cancel(call.path.instance_id, **call.ordered(call.body.reason))
    return _now(call)


def change_variables(call: Call[InstanceNamed, Nothing, Changed]) -> Instance:
    """Set variables."""
    call.application.operations.change(call.path.instance_id, call.body.variables, **call.ordered(call.body.reason))
    return _now(call)


def move_token(call: Call[InstanceNamed, Nothing, Moved]) -> Instance:
    """Put a token on another element."""
    call.application.operations.move(call.path.instance_id, call.body.element, call.body.token, **_ordered(call))
    return _now(call)


def plan_migration(call: Call[InstanceNamed, Nothing, Migration]) -> MigrationPlan:
    """Say how the instance would get to another version."""
    asked = call.body
    plan = call.application.operations.plan_migration(
        call.path.instance_id, asked.version, asked.mapping, identity=asked.identity
    )
    return MigrationPlan(possible=not plan.problems, mapping=dict(plan.mapping), problems=plan.problems)


def migrate_instance(call: Call[InstanceNamed, Nothing, Migrated]) -> Instance:
    """Let the instance go on in another version."""
    call.application.operations.migrate(call.path.instance_id, call.body.version, call.body.mapping, **_ordered(call))
    return _now(call)


def _ordered(call: Call[Any, Any, Any]) -> dict[str, Any]:
    """Return who orders what may jump over a step; raises `PermissionMissing` when that was asked and may not be."""
    if call.body.identity and Permission.INSTANCES_SKIP_IDENTITY not in call.who.permissions:
        raise PermissionMissing
    return call.ordered(call.body.reason, identity=call.body.identity)


def _now(call: Call[InstanceNamed, Any, Any]) -> Instance:
    return shown_instance(call.application.views.show(call.path.instance_id))


_ONE = "/instances/{instance_id}"
_ALIVE = (InstanceNotFound, InstanceOver, InstanceChanged)
_STOPPED = (InstanceNotFound, NotAnIncident, InstanceChanged)
_SET = (ReservedVariable, VariableInvalid)

OPERATIONS = (
    Operation(
        retry_instance,
        "POST",
        f"{_ONE}/retry",
        "Try the step again at which an instance stopped",
        Permission.INSTANCES_RETRY,
        _STOPPED,
        match=Match.TAKEN,
    ),
    Operation(
        skip_step,
        "POST",
        f"{_ONE}/skip",
        "Leave the step at which an instance stopped as if it had done its work",
        Permission.INSTANCES_SKIP,
        (*_STOPPED, *_SET, IdentityStepSkipped),
        match=Match.TAKEN,
    ),
    Operation(
        suspend_instance,
        "POST",
        f"{_ONE}/suspend",
        "Let an instance stand still",
        Permission.INSTANCES_SUSPEND,
        (*_ALIVE, AlreadySuspended),
        match=Match.TAKEN,
    ),
    Operation(
        resume_instance,
        "POST",
        f"{_ONE}/resume",
        "Let a suspended instance go on",
        Permission.INSTANCES_SUSPEND,
        (InstanceNotFound, NotSuspended, InstanceChanged),
        match=Match.TAKEN,
    ),
    Operation(
        cancel_instance,
        "POST",
        f"{_ONE}/cancel",
        "End an instance where it is, for good",
        Permission.INSTANCES_CANCEL,
        _ALIVE,
        match=Match.TAKEN,
    ),
    Operation(
        change_variables,
        "POST",
        f"{_ONE}/variables",
        "Set variables of an instance",
        Permission.INSTANCES_CHANGE,
        (*_ALIVE, *_SET),
        match=Match.TAKEN,
    ),
    Operation(
        move_token,
        "POST",
        f"{_ONE}/move",
        "Put a token of an instance on another element",
        Permission.INSTANCES_MOVE,
        (*_ALIVE, NotMovable, IdentityStepSkipped),
        match=Match.TAKEN,
    ),
    Operation(
        plan_migration,
        "POST",
        f"{_ONE}/migration-plan",
        "Say how an instance would get to another version of its process, and what is against it",
        Permission.INSTANCES_MIGRATE,
        (InstanceNotFound, InstanceOver, DefinitionNotFound, MigrationRefused),
        looks=True,
    ),
    Operation(
        migrate_instance,
        "POST",
        f"{_ONE}/migrate",
        "Let an instance go on in another version of its process",
        Permission.INSTANCES_MIGRATE,
        (*_ALIVE, DefinitionNotFound, MigrationRefused, IdentityStepSkipped),
        match=Match.TAKEN,
    ),
)
