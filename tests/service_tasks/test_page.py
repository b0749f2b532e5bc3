"""The reference page of the activities."""

import re

from service_tasks import ACTIVITIES
from service_tasks._page import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m service_tasks._page"


def test_everything_that_is_declared_is_on_it() -> None:
    text = page()
    for activity in ACTIVITIES.values():
        section = text[text.index(f"## {activity.name}\n") :].split("\n## ")[0]
        for each in activity.parameters:
            assert each.label in section
            assert each.help in section
            assert all(f"`{choice}`" in section for choice in each.choices)
        assert all(f"`{error.__name__}`" in section for error in activity.errors)
        for written in activity.writes:
            assert "".join(re.findall(r"\.(\w+)\.?", written.path)[:1]) in section
            assert all(f"`{name}`" in section for name in written.fields)
        assert activity.returns in section
