"""Explores a journey without anybody's help: fills in forms, lets time pass and steps fail, and says what is wrong.

explorer.py  what is tried next, and what that means    running.py  does one thing, and looks at what came of it
filling.py   a form, filled in at random                spot.py     where an instance stands
secrets.py   secrets where they do not belong           finding.py  what was found
saving.py    a finding as a journey test                fixture.py  the same in a test
"""

from webui.testing.exploring.explorer import SECONDS, STEPS, Explorer
from webui.testing.exploring.finding import Explored, Finding, Kind
from webui.testing.exploring.saving import save

__all__ = ["SECONDS", "STEPS", "Explored", "Explorer", "Finding", "Kind", "save"]
