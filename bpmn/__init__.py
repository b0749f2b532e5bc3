"""The journeys that ship with Idflow: one folder each, with its process, its forms and a README."""

from pathlib import Path

FOLDER = Path(__file__).parent


def journeys() -> list[list[Path]]:
    """Return, for each journey, its files: what is deployed together."""
    folders = sorted(folder for folder in FOLDER.iterdir() if any(folder.glob("*.bpmn")))
    return [sorted([*folder.glob("*.bpmn"), *folder.glob("*.form")]) for folder in folders]
