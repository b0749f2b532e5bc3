"""Texts that fit into a box: broken into lines by the usual width of letters, as no font is at hand."""

from html import escape

from webui.diagram import Box

LINE = 14
"""How high a line is, in pixels."""

LETTER = 6.6
"""How wide a letter is on average, in pixels, at 12 pixels."""


def lines(text: str, width: float, most: int) -> list[str]:
    """Return `text` in at most so many lines of a width; what does not fit ends in an ellipsis."""
    room = max(int(width / LETTER), 1)
    found: list[str] = []
    line = ""
    for given in text.split():
        word = given
        while len(word) > room:
            found += [line, word[:room]] if line else [word[:room]]
            line, word = "", word[room:]
        joined = f"{line} {word}".strip()
        if len(joined) <= room:
            line = joined
        else:
            found.append(line)
            line = word
    found += [line] if line else []
    if len(found) > most:
        found = [*found[: most - 1], f"{found[most - 1][: max(room - 1, 1)]}…"]
    return found


def inside(text: str, box: Box) -> str:
    """Return a text in the middle of a box."""
    written = lines(text, box.width - 8, max(int((box.height - 8) / LINE), 1))
    top = box.y + box.height / 2 - LINE * len(written) / 2
    return _text(written, box.x + box.width / 2, top, "middle")


def above(text: str, box: Box) -> str:
    """Return a text at the upper end of a box, as of a sub-process that is open."""
    return _text(lines(text, box.width - 20, 2), box.x + box.width / 2, box.y + 6, "middle")


def beside(text: str, box: Box) -> str:
    """Return a text that begins at the left edge of a box, as of a note."""
    return _text(lines(text, box.width - 10, max(int(box.height / LINE), 1)), box.x + 6, box.y + 4, "start")


def below(text: str, box: Box, label: Box | None) -> str:
    """Return the text of something small: where its label is drawn, otherwise below it."""
    if label is None:
        label = Box(box.x + box.width / 2 - 50, box.y + box.height + 4, 100, LINE)
    return _text(lines(text, max(label.width, 90), 4), label.x + label.width / 2, label.y, "middle", halo=True)


def turned(text: str, box: Box) -> str:
    """Return the name of a pool or lane, which is read from below."""
    x, y = box.x + 15, box.y + box.height / 2
    name = " ".join(lines(text, box.height - 8, 1))
    return (
        f'<text class="t" text-anchor="middle" transform="translate({x + 4:g} {y:g}) rotate(-90)">{escape(name)}</text>'
    )


def _text(written: list[str], x: float, top: float, anchor: str, *, halo: bool = False) -> str:
    if not written:
        return ""
    spans = "".join(
        f'<tspan x="{x:g}" y="{top + LINE * index + 11:g}">{escape(line)}</tspan>' for index, line in enumerate(written)
    )
    return f'<text class="t{" halo" if halo else ""}" text-anchor="{anchor}">{spans}</text>'
