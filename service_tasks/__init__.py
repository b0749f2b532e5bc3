"""The activities that ship with Idflow, one file each.

A module of this package whose name does not begin with an underscore is found by itself: to add an activity, add its
file and its test.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from types import MappingProxyType

from engine.activity import Activities, Activity


def _found() -> Iterator[type[Activity]]:
    for module_info in pkgutil.iter_modules(__path__):
        if module_info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Activity) and value.__module__ == module.__name__:
                yield value


def _by_type() -> dict[str, type[Activity]]:
    activities: dict[str, type[Activity]] = {}
    for activity in _found():
        other = activities.setdefault(activity.type, activity)
        if other is not activity:
            raise TypeError(f"{activity.__qualname__} and {other.__qualname__} have the same type {activity.type!r}")
    return activities


ACTIVITIES: Activities = MappingProxyType(_by_type())
"""Every activity by its type."""
