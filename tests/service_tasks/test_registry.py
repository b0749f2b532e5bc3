import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

import service_tasks
from engine.activity import Activity
from engine.errors import BpmnError
from service_tasks import ACTIVITIES

EVERY = pytest.mark.parametrize("activity", ACTIVITIES.values(), ids=ACTIVITIES.keys())


def test_every_module_of_the_package_has_an_activity() -> None:
    folder = Path(service_tasks.__path__[0])
    modules = {each.stem for each in folder.glob("*.py") if not each.stem.startswith("_")}
    assert {activity.__module__ for activity in ACTIVITIES.values()} == {f"service_tasks.{each}" for each in modules}
    assert {"get-user", "get-totp"} <= set(ACTIVITIES)


def test_the_registry_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        ACTIVITIES["x"] = Activity  # type: ignore[index]


@EVERY
def test_an_activity_can_be_shown_to_a_designer(activity: type[Activity]) -> None:
    assert activity.type == activity.name.lower().replace(" ", "-")
    assert activity.__module__ == f"service_tasks.{activity.type.replace('-', '_')}"
    assert activity.category == "Identity"
    assert (activity.__doc__ or "").strip().endswith(".")
    assert all(each.label and each.help.endswith(".") for each in activity.parameters)
    assert all(issubclass(each, BpmnError) for each in activity.errors)
    fromstring(f'<svg viewBox="0 0 24 24"><path d="{activity.icon}"/></svg>')  # noqa: S314 - our own text
    assert set(activity.icon) <= set("MmLlHhVvCcSsQqTtAaZz0123456789.- ")


@EVERY
def test_activities_do_not_import_each_other(activity: type[Activity]) -> None:
    """Read each in a fresh interpreter, without the registry that imports them all."""
    module = activity.__module__.removeprefix("service_tasks.")
    program = (
        "import sys, types; package = types.ModuleType('service_tasks'); package.__path__ = ['service_tasks']; "
        f"sys.modules['service_tasks'] = package; import service_tasks.{module}; "
        "print(*(name for name in sys.modules if name.startswith('service_tasks.')))"
    )
    folder = Path(service_tasks.__path__[0]).parent
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    others = {name for name in done.stdout.split() if not name.startswith("service_tasks._")}
    assert others == {activity.__module__}
