"""TOTP policies."""

from http import HTTPStatus

from engine.accounts import Permission
from engine.identity import IdentityInvalid, NameTaken, PolicyNotFound, listing
from engine.identity.policies import PolicyChanged
from webui.api.models.base import Nothing, Page, Paged
from webui.api.models.policies import NewPolicy, Policy, PolicyChange, PolicyNamed, PolicySummary
from webui.api.operation import Call, Match, Operation
from webui.api.pages import of_all


def list_policies(call: Call[Nothing, Paged, Nothing]) -> Page[PolicySummary]:
    """Return every policy."""
    with call.application.database.read() as session:
        found = listing.policies(session)
    return of_all(found, call.query, lambda each: each.name, PolicySummary)


def get_policy(call: Call[PolicyNamed, Nothing, Nothing]) -> Policy:
    """Return one policy."""
    with call.application.database.read() as session:
        return Policy.model_validate(call.application.identity.policy_by_id(session, call.path.policy_id))


def create_policy(call: Call[Nothing, Nothing, NewPolicy]) -> Policy:
    """Make a policy."""
    settings = dict(call.body)
    name = settings.pop("name")
    with call.application.write() as session:
        made = call.application.identity.create_policy(session, name, cause=call.cause(), **settings)
    return Policy.model_validate(made)


def change_policy(call: Call[PolicyNamed, Nothing, PolicyChange]) -> Policy:
    """Change a policy."""
    identity, cause = call.application.identity, call.cause(call.body.reason)
    with call.application.write() as session:
        policy = identity.policy_by_id(session, call.path.policy_id)
        policy = identity.policy_as_seen(session, policy.id, call.seen or policy.version)
        return Policy.model_validate(identity.update_policy(session, policy, cause=cause, **call.body.changes))


_VIEW, _EDIT, _ONE = Permission.POLICIES_VIEW, Permission.POLICIES_EDIT, "/policies/{policy_id}"

OPERATIONS = (
    Operation(list_policies, "GET", "/policies", "List every TOTP policy", _VIEW),
    Operation(
        create_policy,
        "POST",
        "/policies",
        "Make a TOTP policy",
        _EDIT,
        (IdentityInvalid, NameTaken),
        status=HTTPStatus.CREATED,
        made="/policies/{id}",
    ),
    Operation(get_policy, "GET", _ONE, "Get a TOTP policy", _VIEW, (PolicyNotFound,)),
    Operation(
        change_policy,
        "PATCH",
        _ONE,
        "Change a TOTP policy",
        _EDIT,
        (PolicyNotFound, PolicyChanged, IdentityInvalid),
        match=Match.REQUIRED,
        text="A device that is registered keeps the parameters that it was registered with.",
    ),
)
