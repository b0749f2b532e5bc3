"""What the form builder is told: every element with its properties, as the classes declare them."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.declare import Declared, Parameter
from forms.container import Container
from forms.element import EDITORS_OWN, GROUPS, SECTIONS, Element
from forms.elements import ELEMENTS, UNSUPPORTED
from forms.input import Input
from forms.reading import Root
from forms.template import Template

_KINDS = {"str": "string", "bool": "flag", "int": "integer", "float": "number"}


def declarations() -> dict[str, Any]:
    """Return the declarations of all elements as JSON, in the order of the palette."""
    return {
        "groups": list(GROUPS),
        "sections": list(SECTIONS),
        "form": {"properties": list(_properties(Root))},
        "elements": [_element(each) for each in ELEMENTS.values()],
        "unsupported": dict(UNSUPPORTED),
    }


def _element(element: type[Element]) -> Mapping[str, Any]:
    properties = list(_properties(element))
    written = {each["path"][0]: each["default"] for each in properties if len(each["path"]) == 1}
    defaults = {name: value for name, value in written.items() if value not in {None, "", False} and value != []}
    return {
        "type": element.type,
        "name": element.name,
        "group": element.group,
        "description": (element.__doc__ or "").partition("\n")[0],
        "icon": element.icon,
        "keyed": issubclass(element, Input),
        "container": issubclass(element, Container),
        "create": {**defaults, **element.create},
        "properties": properties,
    }


def _properties(declared: type[Declared], path: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    for each in declared.parameters:
        if each.section == EDITORS_OWN:
            continue
        if each.item is None and issubclass(each.type, Declared):
            yield from _properties(each.type, (*path, each.key))
        else:
            yield _property(each, (*path, each.key))


def _property(parameter: Parameter, path: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "path": list(path),
        "label": parameter.label,
        "help": parameter.help,
        "section": parameter.section or SECTIONS[0],
        "kind": _kind(parameter),
        "required": parameter.required,
        "default": None if parameter.item is not None else parameter.default,
        "choices": list(parameter.choices),
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "translatable": issubclass(parameter.type, Template),
    }
    if parameter.item is not None:
        made["item"] = list(_properties(parameter.item))
    return made


def _kind(parameter: Parameter) -> str:
    if parameter.choices:
        return "choice"
    if parameter.item is not None:
        return "list"
    kind: str = getattr(parameter.type, "kind", "") or _KINDS[parameter.type.__name__]
    return kind
