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
    assert activity.category in {"Identity", "Integration"}
    assert (activity.__doc__ or "").strip().endswith(".")
    assert all(each.label and each.help.endswith(".") for each in activity.parameters)
    assert all(issubclass(each, BpmnError) for each in activity.errors)
    fromstring(f'<svg viewBox="0 0 24 24"><path d="{activity.icon}"/></svg>')  # noqa: S314 - our own text
    assert set(activity.icon) <= set("MmLlHhVvCcSsQqTtAaZz0123456789.- ")


@pytest.fixture(scope="module")
def imported() -> dict[str, set[str]]:
    """What each module of the package imports of it, read in one fresh interpreter that forgets in between."""
    program = (
        "import sys, types\n"
        "for module in sys.argv[1:]:\n"
        "    for name in [name for name in sys.modules if name.startswith('service_tasks')]: del sys.modules[name]\n"
        "    package = types.ModuleType('service_tasks'); package.__path__ = ['service_tasks']\n"
        "    sys.modules['service_tasks'] = package; __import__(module)\n"
        "    print(module, *(name for name in sys.modules if name.startswith('service_tasks.')))"
    )
    modules = [activity.__module__ for activity in ACTIVITIES.values()]
    command, folder = [sys.executable, "-c", program, *modules], Path(service_tasks.__path__[0]).parent
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return {module: set(names) for module, *names in map(str.split, done.stdout.splitlines())}


@EVERY
def test_activities_do_not_import_each_other(activity: type[Activity], imported: dict[str, set[str]]) -> None:
    """Without the registry, which imports them all."""
    others = {name for name in imported[activity.__module__] if not name.startswith("service_tasks._")}
    assert others == {activity.__module__}
