"""Process definitions, and deploying files."""

from http import HTTPStatus

from engine import process_versions
from engine.accounts import Permission
from engine.definitions import DefinitionNotFound
from engine.deployment import FORM_SUFFIXES, File
from engine.errors import InvalidDeployment, Severity
from webui.api.admission import PermissionMissing
from webui.api.models.base import Nothing, Page, Paged
from webui.api.models.definitions import Definition, DefinitionAt, DefinitionNamed
from webui.api.models.deployments import Checked, DeployedThing, Deployment, Files
from webui.api.operation import Call, Content, Operation
from webui.api.pages import of_all
from webui.api.problems import of_file
from webui.bodies import MAXIMUM_UPLOAD_BODY


def list_definitions(call: Call[Nothing, Paged, Nothing]) -> Page[Definition]:
    """Return the newest version of every process."""
    newest = [each.versions[0] for each in call.application.processes.list() if each.versions]
    return of_all(newest, call.query, lambda each: each.key, Definition)


def get_definition(call: Call[DefinitionNamed, Nothing, Nothing]) -> Definition:
    """Return the newest version of one process."""
    with call.application.database.read() as session:
        found = process_versions.newest(session, call.path.key)
    if found is None:
        raise DefinitionNotFound(f"There is no process definition {call.path.key!r}.")
    return Definition.model_validate(found)


def list_definition_versions(call: Call[DefinitionNamed, Paged, Nothing]) -> Page[Definition]:
    """Return the versions of a process; the newest are the last."""
    versions = call.application.processes.history(call.path.key).versions
    return of_all(versions, call.query, lambda each: f"{each.version:010}", Definition)


def get_definition_version(call: Call[DefinitionAt, Nothing, Nothing]) -> Definition:
    """Return one version."""
    return Definition.model_validate(call.application.processes.version(call.path.key, call.path.version)[0])


def get_definition_bpmn(call: Call[DefinitionAt, Nothing, Nothing]) -> Content:
    """Return the file of one version."""
    return Content(call.application.processes.version(call.path.key, call.path.version)[1], "application/xml")


def deploy_files(call: Call[Nothing, Nothing, Files]) -> Deployment:
    """Deploy files."""
    files = files_of(call.body)
    forms = any(each.name.lower().endswith(FORM_SUFFIXES) for each in files)
    if forms and Permission.FORMS_DEPLOY not in call.who.permissions:
        raise PermissionMissing
    deployed = call.application.deploy(files, by=call.by)
    return Deployment(deployed=tuple(DeployedThing.model_validate(each) for each in deployed))


def check_files(call: Call[Nothing, Nothing, Files]) -> Checked:
    """Check files."""
    problems = call.application.check(files_of(call.body))
    deployable = all(each.severity is not Severity.ERROR for each in problems)
    return Checked(deployable=deployable, problems=tuple(map(of_file, problems)))


def files_of(sent: Files) -> list[File]:
    """Return what was sent as the engine takes it."""
    return [File(each.name, each.content.encode()) for each in sent.files]


_VIEW, _MISSING = Permission.PROCESSES_VIEW, (DefinitionNotFound,)
_ONE, _LARGE = "/definitions/{key}/versions/{version}", MAXIMUM_UPLOAD_BODY

OPERATIONS = (
    Operation(list_definitions, "GET", "/definitions", "List the newest version of every process", _VIEW),
    Operation(get_definition, "GET", "/definitions/{key}", "Get the newest version of a process", _VIEW, _MISSING),
    Operation(
        list_definition_versions,
        "GET",
        "/definitions/{key}/versions",
        "List the versions of a process",
        _VIEW,
        _MISSING,
        text="The newest 200, the oldest of them first.",
    ),
    Operation(get_definition_version, "GET", _ONE, "Get one version of a process", _VIEW, _MISSING),
    Operation(
        get_definition_bpmn,
        "GET",
        f"{_ONE}/bpmn",
        "Get the BPMN file of a version, byte by byte as it was deployed",
        _VIEW,
        _MISSING,
        media="application/xml",
    ),
    Operation(
        deploy_files,
        "POST",
        "/deployments",
        "Deploy processes, forms and decisions together, all of them or none",
        Permission.PROCESSES_DEPLOY,
        (InvalidDeployment,),
        status=HTTPStatus.CREATED,
        files=True,
        limit=_LARGE,
        text=(
            "As JSON or as `multipart/form-data` with a file a part. A key that deploys forms needs `forms.deploy`, "
            "too. When something is wrong, nothing is deployed, and `problems` says everything that is."
        ),
    ),
    Operation(
        check_files,
        "POST",
        "/deployments/check",
        "Check files as if they were to be deployed",
        Permission.PROCESSES_EDIT,
        files=True,
        limit=_LARGE,
        looks=True,
        text="Nothing is stored. What a file refers to may be among the others, or deployed already.",
    ),
)
