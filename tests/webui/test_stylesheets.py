import re
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).parents[2] / "webui" / "static"
SHEETS = ("idflow", "elements", "backoffice")


@pytest.mark.parametrize("name", SHEETS)
def test_a_stylesheet_is_sent_whole(site: Any, name: str) -> None:
    answer = site.app.test_client().get(f"/static/{name}.css")
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "@import" not in answer.text
    for part in (STATIC / "styles" / name).iterdir():
        assert answer.text.count(part.read_text()) == 1
    again = site.app.test_client().get(f"/static/{name}.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_part_is_not_sent_by_itself(site: Any) -> None:
    assert site.app.test_client().get("/static/styles/idflow/tokens.css").status_code == 404


def test_every_part_belongs_to_one_stylesheet() -> None:
    imported = [
        each for name in SHEETS for each in re.findall(r'@import "(.+)";', (STATIC / f"{name}.css").read_text())
    ]
    assert sorted(imported) == sorted(each.relative_to(STATIC).as_posix() for each in STATIC.glob("styles/*/*.css"))
