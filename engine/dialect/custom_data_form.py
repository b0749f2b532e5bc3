"""The Custom Data Form: a user task that shows a JSON form, and what can be set on it beside the form."""

from typing import ClassVar

from engine.declare import Declared, parameter
from engine.errors import BpmnError


class ExceededCustomDataFormRetake(BpmnError):
    """The form was submitted with wrong answers more often than it allows."""


class ShownForm(Declared):
    """Which form it is (`zeebe:formDefinition`); `engine.model.FormReference` is what becomes of it."""

    form_id: str = parameter("Data form name", required=True, names="form", help="The id of the form to show.")
    version_tag: str | None = parameter(
        "Data form version",
        names="form-version",
        help="The version tag of a deployed form; without it, the one that was deployed last is shown.",
    )


class CustomDataForm(Declared):
    """Shows a form to the end user and keeps what was submitted."""

    name: ClassVar[str] = "Custom Data Form"
    errors: ClassVar[tuple[type[BpmnError], ...]] = (ExceededCustomDataFormRetake,)

    form_data_key: str = parameter(
        "Form data Key",
        default="form1",
        help="Names this form in the process: answers are kept at processvar._customFormData.<form data key>.<field>.",
    )
    hide_buttons: bool = parameter("Hide buttons", default=False, help="Show the form without its buttons.")
    readonly: bool = parameter("Readonly", default=False, help="Show the values; nothing can be changed.")
    max_attempts: int = parameter(
        "Max Attempts",
        default=3,
        minimum=1,
        maximum=100,
        help="How often wrong answers may be submitted before the BPMN error ExceededCustomDataFormRetake.",
    )
