"""What docs/testing.md shows is run."""

import re
from pathlib import Path

import pytest

from webui.testing import journey
from webui.testing.outbox import Outbox
from webui.testing.people import People
from webui.testing.travel import Travel

DOCS = Path(__file__).parents[2] / "docs" / "testing.md"
pytest_plugins = ["pytester"]


def test_the_examples_work(pytester: pytest.Pytester) -> None:
    shown = DOCS.read_text()
    python, yaml = (re.findall(rf"```{kind}\n(.*?)```", shown, re.DOTALL) for kind in ("python", "yaml"))
    for number, each in enumerate(python):
        pytester.makepyfile(**{f"test_example_{number}": each})
    folder = Path(pytester.mkdir("totp_registration"))
    for each in (DOCS.parents[1] / "bpmn" / "totp_registration").glob("*.[bf]*[nm]"):
        (folder / each.name).write_bytes(each.read_bytes())
    for number, each in enumerate(yaml):
        (folder / f"example_{number}.journeytest.yaml").write_text(each)
    ran = pytester.runpytest_inprocess()
    written = [
        *re.findall("^def test_", "".join(python), re.MULTILINE),
        *re.findall("^name: ", "".join(yaml), re.MULTILINE),
    ]
    ran.assert_outcomes(passed=len(written))


def test_everything_that_can_be_said_is_described() -> None:
    shown = DOCS.read_text()
    for kind in (journey.Journey, journey.Form, People, Travel, Outbox):
        for name in vars(kind):
            if not name.startswith("_") and name != "went_on":
                assert re.search(rf"\b{name}\b", shown), f"{kind.__name__}.{name}"
