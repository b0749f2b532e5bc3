"""Findings as journey tests: each shows what it is about, and passes until somebody mends it."""

import re
from pathlib import Path

from engine.journey_test import SUFFIX
from webui.testing.exploring.finding import Finding
from webui.testing.exploring.running import Runner
from webui.testing.outside import Outside
from webui.testing.written import document

_UNFIT = re.compile(r"[^\w.-]+")
_NAME = 120


def save(runner: Runner, finding: Finding, folder: Path) -> Path:
    """Write the journey test of a finding into a folder, and return its path."""
    with runner.started(finding.given) as trial, Outside(lambda: "").guarded():
        name = f"{finding.kind.value}: {finding.what}"
        notes = [f"Found by idflow explore: {finding.what}", "It is the shortest way that was found."]
        text = document(trial, name, finding.given, finding.verbs, runner.key, notes)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_UNFIT.sub('-', f'{runner.key}-{finding.key}')[:_NAME]}{SUFFIX}"
    path.write_text(text, encoding="utf-8")
    return path
