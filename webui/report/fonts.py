"""The font of reports: DejaVu Sans, which the build puts beside the bundles; it has Latin, Greek, Cyrillic, Arabic."""

from dataclasses import dataclass
from pathlib import Path

from engine.errors import NotFound
from webui.assets import Assets

_REGULAR, _BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"


class ReportFontsMissing(NotFound):
    """This installation was made without the fonts of reports (IDFLOW_SKIP_FRONTEND). Print the report page instead."""

    code = "report-fonts-missing"


@dataclass(frozen=True, slots=True)
class Fonts:
    """Where the files are."""

    regular: Path
    bold: Path

    @classmethod
    def of(cls, assets: Assets) -> "Fonts | None":
        """Return those of an installation; None when it was made without."""
        regular, bold = assets.file(_REGULAR), assets.file(_BOLD)
        return None if regular is None or bold is None else cls(regular, bold)
