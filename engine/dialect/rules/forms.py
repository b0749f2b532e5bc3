"""A user task shows a form, as a Custom Data Form."""

from collections.abc import Iterator
from difflib import get_close_matches

from engine.declare import ParameterInvalid
from engine.dialect.custom_data_form import CustomDataForm
from engine.dialect.diagram import Diagram
from engine.dialect.xml import label_of, problem
from engine.errors import Problem, Severity
from engine.variables import is_name


def chosen(diagram: Diagram) -> Iterator[Problem]:
    """Check that every user task has a form."""
    for node in diagram.of_kind("userTask"):
        # A form that could not be read has its own problem.
        if node.element.form is None and node.element.id not in diagram.unread:
            yield problem(
                node.xml,
                "no-form",
                f"{label_of(node.xml)} shows no form.",
                "Choose a form by its name.",
                field="formId",
            )


def properties(diagram: Diagram) -> Iterator[Problem]:
    """Check that the properties of a Custom Data Form are those that it declares."""
    declared = {each.key: each for each in CustomDataForm.parameters}
    for node in diagram.of_kind("userTask"):
        for name, value in node.element.properties.items():
            if name not in declared:
                close = get_close_matches(name, declared, n=1)
                hint = f"Did you mean {close[0]!r}? " if close else ""
                message = f"A Custom Data Form has no property {name!r}."
                yield problem(node.xml, "unknown-property", message, f"{hint}It has {', '.join(declared)}.", field=name)
                continue
            try:
                declared[name].convert(value)
            except ParameterInvalid as error:
                yield problem(node.xml, "bad-property", error.message, f"Change the property {name}.", field=name)
        key = node.element.properties.get("formDataKey")
        if key and not is_name(key):
            message = f"The form data key {key!r} is not a name."
            yield problem(
                node.xml,
                "bad-property",
                message,
                "Use letters, digits and underscores, a letter first.",
                field="formDataKey",
            )


def data_keys(diagram: Diagram) -> Iterator[Problem]:
    """Warn of forms that overwrite each other's answers; in a correction loop that may be meant."""
    default = next(each.default for each in CustomDataForm.parameters if each.key == "formDataKey")
    first: dict[tuple[str, str], str] = {}
    for node in diagram.of_kind("userTask"):
        key = node.element.properties.get("formDataKey") or default
        place = diagram.scope_of(node).process, key
        if place in first:
            message = f"{label_of(node.xml)} and {first[place]} have the same form data key {key!r}."
            remedy = "Give each its own key, unless one form shall overwrite the other's answers."
            yield problem(
                node.xml, "shared-form-data-key", message, remedy, severity=Severity.WARNING, field="formDataKey"
            )
        first.setdefault(place, label_of(node.xml))


RULES = (chosen, properties, data_keys)
