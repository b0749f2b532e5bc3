"""Coverage in a folder: index.html, coverage.json and cobertura.xml."""

import time
from pathlib import Path

import orjson

from webui.testing.coverage.as_json import as_json
from webui.testing.coverage.cobertura import cobertura
from webui.testing.coverage.counts import Coverage
from webui.testing.coverage.page import page


def write(coverage: Coverage, folder: Path) -> None:
    """Write every form of it; the folder is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(page(coverage), encoding="utf-8")
    (folder / "coverage.json").write_bytes(orjson.dumps(as_json(coverage), option=orjson.OPT_INDENT_2))
    (folder / "cobertura.xml").write_bytes(cobertura(coverage, int(time.time() * 1000)))
