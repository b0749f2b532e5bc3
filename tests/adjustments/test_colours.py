"""Contrasts are those of WCAG, and what is derived from an accent can be read."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adjustments.colours import BACKGROUNDS, BLACK, ENOUGH, WHITE, Colour, Theme, contrast, nearest, palette
from engine.declare import ParameterInvalid

STYLES = Path(__file__).parents[2] / "webui" / "static" / "styles" / "idflow" / "tokens.css"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: Colour(f"#{number:06x}"))


def test_contrasts_are_those_of_the_standard() -> None:
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast(WHITE, Colour("#767676")) == pytest.approx(4.54, abs=0.005)
    assert contrast(Colour("#777777"), WHITE) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("text", ["#3f4fd6", "#3F4FD6", " #34d ", "#000"])
def test_a_colour_is_read(text: str) -> None:
    assert re.fullmatch("#[0-9a-f]{6}", Colour.convert(text))


@pytest.mark.parametrize(
    "text",
    ["red", "#12345", "#1234567", "#ggg", "red;}body{display:none", "#123;}", "url(x)", "#12345\n6", "#١٢٣", 7, None],
)
def test_nothing_else_is_a_colour(text: object) -> None:
    with pytest.raises(ParameterInvalid):
        Colour.convert(text)


def test_the_backgrounds_are_those_of_the_stylesheet() -> None:
    blocks = re.findall(r":root \{\n(.*?)\n *\}", STYLES.read_text(), re.DOTALL)
    for theme, block in zip(Theme, blocks, strict=False):
        written = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block))
        assert BACKGROUNDS[theme] == (written["surface"], written["canvas"], written["sunken"])


def test_the_usual_accents_can_be_read() -> None:
    assert palette(Colour("#3f4fd6"), Theme.LIGHT).is_readable
    assert palette(Colour("#a3adff"), Theme.DARK).is_readable


@given(COLOURS, st.sampled_from(list(Theme)))
def test_the_nearest_colour_and_all_that_follows_from_it_can_be_read(colour: Colour, theme: Theme) -> None:
    made = palette(nearest(colour, theme), theme)
    assert made.is_readable
    for ground in (made.soft, made.soft_hover, *BACKGROUNDS[theme]):
        assert contrast(made.accent, ground) >= ENOUGH
    assert contrast(made.on_accent, made.hover) >= ENOUGH
    if palette(colour, theme).is_readable:
        assert made.accent == colour
