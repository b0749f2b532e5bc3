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
