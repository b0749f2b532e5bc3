"""Findings and walks as journey tests: each shows what it is about, and passes until somebody mends it."""

import re
from collections.abc import Sequence
from pathlib import Path

from engine.journey_test import SUFFIX, Given, Verb
from webui.testing.exploring.finding import Finding
from webui.testing.exploring.running import Runner
from webui.testing.exploring.walking import Walk
from webui.testing.outside import Outside
from webui.testing.written import document

_UNFIT = re.compile(r"[^\w.-]+")
_NAME = 120


def save(runner: Runner, finding: Finding, folder: Path) -> Path:
    """Write the journey test of a finding into a folder, and return its path."""
    notes = [f"Found by idflow explore: {finding.what}", "It is the shortest way that was found."]
    name = f"{finding.kind.value}: {finding.what}"
    return _write(runner, finding.given, finding.verbs, name, notes, _file(folder, runner, finding.key))


def save_walk(runner: Runner, walk: Walk, folder: Path, test: str) -> Path:
    """Write the journey test of a walk with which a test failed into a folder, and return its path."""
    if walk.findings:
        return save(runner, walk.findings[0], folder)
    notes = [f"With this walk {test} failed.", "It is the shortest one that was found."]
    return _write(runner, walk.given, walk.verbs, f"Walk of {test}", notes, _file(folder, runner, test))


def _write(  # noqa: PLR0913, PLR0917 - what a journey test consists of
    runner: Runner, given: Given, verbs: Sequence[Verb], name: str, notes: Sequence[str], path: Path
) -> Path:
    with runner.started(given) as trial, Outside(lambda: "").guarded():
        text = document(trial, name, given, verbs, runner.key, notes)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _file(folder: Path, runner: Runner, name: str) -> Path:
    return folder / f"{_UNFIT.sub('-', f'{runner.key}-{name}')[:_NAME]}{SUFFIX}"
