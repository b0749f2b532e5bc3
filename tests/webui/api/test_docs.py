"""The page for programmers: its example works, and its numbers are true."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import demo
from engine.api_settings import ApiSettings
from engine.application import Application
from engine.config import Settings
from engine.store.models import InstanceStatus
from webui.api.models.base import DEFAULT_LIMIT, MAXIMUM_LIMIT
from webui.bodies import MAXIMUM_BODY, MAXIMUM_UPLOAD_BODY

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
BASH = shutil.which("bash") or ""
EXAMPLE = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)[0]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Any free port."""
    return Settings(data=tmp_path / "var", port=0)


def test_the_example_works_as_it_stands(application: Application, address: str, make_key: Callable[..., str]) -> None:
    environment = {**os.environ, "KEY": make_key(), "URL": address.rstrip("/")}
    done = subprocess.run(
        [BASH, "-euo", "pipefail", "-c", EXAMPLE], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{address.rstrip('/')}/t/" in done.stdout
    (instance,) = application.views.newest()
    assert (instance.definition_key, instance.status) == (demo.PROCESS, InstanceStatus.CANCELLED)


def test_the_numbers_are_true() -> None:
    usual = ApiSettings()
    for number, setting in ((usual.rate, "RATE"), (usual.burst, "BURST"), (usual.refusals, "REFUSALS")):
        assert f"| {number} | `IDFLOW_API_{setting}` |" in PAGE
    assert f"{MAXIMUM_BODY // 2**20} MiB, files {MAXIMUM_UPLOAD_BODY // 2**20} MiB" in PAGE
    assert f"A page has {DEFAULT_LIMIT} entries" in PAGE
    assert f"| entries on a page | {MAXIMUM_LIMIT} | |" in PAGE
