"""Forms and their versions."""

from http import HTTPStatus

import orjson

from engine.accounts import Permission
from engine.deployment import FORM_SUFFIXES
from engine.errors import InvalidDeployment, Problem
from engine.form_library import FormRefused
from engine.form_versions import FormNotFound
from engine.form_versions import FormVersion as Version
from webui.api.definitions import files_of
from webui.api.models.base import Nothing, Page, Paged
from webui.api.models.deployments import DeployedThing, Deployment, Files
from webui.api.models.forms import FormAt, FormNamed, FormSummary, FormVersion, FormVersionSummary
from webui.api.operation import Call, Operation
from webui.api.pages import of_all
from webui.bodies import MAXIMUM_UPLOAD_BODY


def list_forms(call: Call[Nothing, Paged, Nothing]) -> Page[FormSummary]:
    """Return every form."""
    return of_all(call.application.forms.list(), call.query, lambda each: each.name, FormSummary)


def list_form_versions(call: Call[FormNamed, Paged, Nothing]) -> Page[FormVersionSummary]:
    """Return the versions of a form."""
    found = call.application.forms.versions(call.path.name)
    if not found:
        call.application.forms.open(call.path.name)
    return of_all(found, call.query, lambda each: f"{each.version:010}", FormVersionSummary)


def get_form_version(call: Call[FormAt, Nothing, Nothing]) -> FormVersion:
    """Return one version."""
    return _shown(call.application.forms.version(call.path.name, call.path.version))


def deploy_form_version(call: Call[FormAt, Nothing, Nothing]) -> FormVersion:
    """Let people be shown a version."""
    return _shown(call.application.forms.deploy(call.path.name, call.path.version, by=call.by))


def deploy_forms(call: Call[Nothing, Nothing, Files]) -> Deployment:
    """Deploy forms."""
    files = files_of(call.body)
    others = [each.name for each in files if not each.name.lower().endswith(FORM_SUFFIXES)]
    if others:
        remedy = f"Deploy it at /deployments, or use a file that ends in {', '.join(FORM_SUFFIXES)}."
        raise InvalidDeployment(
            [Problem("deployment.no-form", "This is no form.", remedy, file=name) for name in others]
        )
    deployed = call.application.deploy(files, by=call.by)
    return Deployment(deployed=tuple(DeployedThing.model_validate(each) for each in deployed))


def _shown(version: Version) -> FormVersion:
    names = ("name", "version", "version_tag", "saved_at", "saved_by", "deployed_at")
    said = {name: getattr(version, name) for name in names}
    return FormVersion.model_validate({**said, "document": orjson.loads(version.content)})


_VIEW, _DEPLOY, _ONE = Permission.FORMS_VIEW, Permission.FORMS_DEPLOY, "/forms/{name}/versions/{version}"

OPERATIONS = (
    Operation(list_forms, "GET", "/forms", "List every form", _VIEW),
    Operation(
        deploy_forms,
        "POST",
        "/forms",
        "Deploy forms, all of them or none",
        _DEPLOY,
        (InvalidDeployment,),
        status=HTTPStatus.CREATED,
        files=True,
        limit=MAXIMUM_UPLOAD_BODY,
        text="As JSON or as `multipart/form-data` with a file a part.",
    ),
    Operation(
        list_form_versions,
        "GET",
        "/forms/{name}/versions",
        "List the versions of a form",
        _VIEW,
        (FormNotFound,),
        text="The newest 200, the oldest of them first.",
    ),
    Operation(get_form_version, "GET", _ONE, "Get one version of a form, with its document", _VIEW, (FormNotFound,)),
    Operation(
        deploy_form_version,
        "POST",
        f"{_ONE}/deploy",
        "Let people be shown a version that was saved",
        _DEPLOY,
        (FormNotFound, FormRefused),
    ),
)
