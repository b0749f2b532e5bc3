"""What a client can do, by noun: the operations of `webui.api`, and what they are called here."""

from webui.api import (
    audit,
    definitions,
    forms,
    instances,
    jobs,
    orders,
    policies,
    programs,
    stores,
    tokens,
    users,
)
from webui.api.models.audit import EventsAsked
from webui.api.models.base import Nothing, Paged
from webui.api.models.definitions import DefinitionAt, DefinitionNamed
from webui.api.models.forms import FormAt
from webui.api.models.instances import InstanceNamed, InstancesAsked
from webui.api.models.jobs import JobNamed, MailNamed
from webui.api.models.policies import PolicyNamed
from webui.api.models.stores import StoreNamed
from webui.api.models.tasks import TaskNamed
from webui.api.models.tokens import TokenNamed, TokensAsked
from webui.api.models.users import CredentialNamed, UserNamed, UsersAsked
from webui.client.calls import Group, Listing, ListingOf, Plain, Removing, Sending
from webui.client.connection import Connection


class Definitions(Group):
    """Processes: deployed versions; and deploying files."""

    list = Listing(definitions.list_definitions, Paged)
    get = Plain(definitions.get_definition, DefinitionNamed)
    versions = ListingOf(definitions.list_definition_versions, Paged)
    version = Plain(definitions.get_definition_version, DefinitionAt)
    bpmn = Plain(definitions.get_definition_bpmn, DefinitionAt)
    deploy = Sending(definitions.deploy_files, Nothing)
    check = Sending(definitions.check_files, Nothing)


class Forms(Group):
    """Forms and their versions."""

    list = Listing(forms.list_forms, Paged)
    deploy = Sending(forms.deploy_forms, Nothing)
    versions = ListingOf(forms.list_form_versions, Paged)
    version = Plain(forms.get_form_version, FormAt)
    deploy_version = Plain(forms.deploy_form_version, FormAt)


class Tokens(Group):
    """Process tokens: links by which people begin a process."""

    list = Listing(tokens.list_tokens, TokensAsked)
    get = Plain(tokens.get_token, TokenNamed)
    openings = Plain(tokens.get_token_openings, TokenNamed)
    create = Sending(tokens.create_token, Nothing)
    renew = Plain(tokens.renew_token, TokenNamed)
    switch = Sending(tokens.switch_token, TokenNamed)


class Instances(Group):
    """Process instances, and what can be done to one."""

    list = Listing(instances.list_instances, InstancesAsked)
    get = Plain(instances.get_instance, InstanceNamed)
    timeline = Plain(instances.get_instance_timeline, InstanceNamed)
    export = Plain(instances.export_instance, InstanceNamed)
    start = Sending(programs.start_instance, Nothing)
    retry = Sending(orders.retry_instance, InstanceNamed)
    skip = Sending(orders.skip_step, InstanceNamed)
    suspend = Sending(orders.suspend_instance, InstanceNamed)
    resume = Sending(orders.resume_instance, InstanceNamed)
    cancel = Sending(orders.cancel_instance, InstanceNamed)
    change = Sending(orders.change_variables, InstanceNamed)
    move = Sending(orders.move_token, InstanceNamed)
    plan = Sending(orders.plan_migration, InstanceNamed)
    migrate = Sending(orders.migrate_instance, InstanceNamed)


class Tasks(Group):
    """Forms that wait for somebody."""

    list = Plain(programs.list_tasks, InstanceNamed)
    submit = Sending(programs.submit_task, TaskNamed)


class Events(Group):
    """Messages and signals."""

    message = Sending(programs.publish_message, Nothing)
    signal = Sending(programs.broadcast_signal, Nothing)


class Stores(Group):
    """Identity stores."""

    list = Listing(stores.list_stores, Paged)
    get = Plain(stores.get_store, StoreNamed)
    create = Sending(stores.create_store, Nothing)
    change = Sending(stores.change_store, StoreNamed)


class Users(Group):
    """Users of an identity store."""

    find = ListingOf(users.find_users, UsersAsked)
    get = Plain(users.get_user, UserNamed)
    create = Sending(users.create_user, StoreNamed)
    change = Sending(users.change_user, UserNamed)
    lock = Sending(users.lock_user, UserNamed)
    unlock = Sending(users.unlock_user, UserNamed)
    disable = Sending(users.disable_user, UserNamed)
    enable = Sending(users.enable_user, UserNamed)
    delete = Removing(users.delete_user, UserNamed)
    revoke_credential = Sending(users.revoke_credential, CredentialNamed)


class Policies(Group):
    """TOTP policies."""

    list = Listing(policies.list_policies, Paged)
    get = Plain(policies.get_policy, PolicyNamed)
    create = Sending(policies.create_policy, Nothing)
    change = Sending(policies.change_policy, PolicyNamed)


class Audit(Group):
    """The audit trail."""

    events = Listing(audit.list_events, EventsAsked)
    state = Plain(audit.get_trail_state, Nothing)
    verify = Plain(audit.verify_trail, Nothing)


class Jobs(Group):
    """Background work, and what of it was given up."""

    state = Plain(jobs.get_job_state, Nothing)
    failed = Listing(jobs.list_failed_jobs, Paged)
    retry = Plain(jobs.retry_job, JobNamed)


class Mails(Group):
    """Mails that were given up."""

    failed = Listing(jobs.list_failed_mails, Paged)
    retry = Plain(jobs.retry_mail, MailNamed)


class Nouns:
    """All of them, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.definitions = Definitions(connection)
        self.forms = Forms(connection)
        self.tokens = Tokens(connection)
        self.instances = Instances(connection)
        self.tasks = Tasks(connection)
        self.events = Events(connection)
        self.stores = Stores(connection)
        self.users = Users(connection)
        self.policies = Policies(connection)
        self.audit = Audit(connection)
        self.jobs = Jobs(connection)
        self.mails = Mails(connection)
