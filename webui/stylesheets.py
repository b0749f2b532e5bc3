"""Stylesheets are written in parts, a file each, and sent whole: one request, as few bytes as before.

`idflow.css` has a line `@import "styles/idflow/tokens.css";` for each of its parts, in the order of the cascade.
"""

import re
from pathlib import Path

PARTS = "styles/"
"""Where the parts lie, in the static folder. They are not sent by themselves."""

_IMPORT = re.compile(rb'^@import "([a-z/]+\.css)";\n', re.MULTILINE)


def whole(file: Path) -> bytes:
    """Return a stylesheet with each part in the place of the line that imports it."""
    return _IMPORT.sub(lambda found: (file.parent / found[1].decode()).read_bytes(), file.read_bytes())
