"""The form elements, one file each. A new one is found by being here."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from forms.element import GROUPS, Element


def _found() -> Iterator[type[Element]]:
    for module in pkgutil.iter_modules(__path__):
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Element) and value.__module__.endswith(f".{module.name}"):
                yield value


def _order(element: type[Element]) -> tuple[int, str]:
    return GROUPS.index(element.group), element.name


ELEMENTS: Mapping[str, type[Element]] = MappingProxyType({each.type: each for each in sorted(_found(), key=_order)})
"""By type, in the order of the form builder's palette."""

UNSUPPORTED: Mapping[str, str] = MappingProxyType(
    {
        "iframe": "A page of another host cannot be shown within a journey: it could look like a part of it.",
        "documentPreview": "A preview of documents needs the store of documents of another engine.",
        "default": "A form cannot be an element of a form.",
        "columns": "Columns as an element are not part of the schema any more: elements share a row by their layout.",
        "range": "A range is not part of the schema: a number with a minimum and a maximum asks for the same.",
    }
)
"""Why an element of form-js is not supported, by type."""
