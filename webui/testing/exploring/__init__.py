"""Explores a journey without anybody's help: fills in forms, lets time pass and steps fail, and says what is wrong.

explorer.py  what is tried next, and what that means    running.py  does one thing, and looks at what came of it
filling.py   a form, filled in at random                spot.py     where an instance stands
secrets.py   secrets where they do not belong           finding.py  what was found
"""

from webui.testing.exploring.explorer import SECONDS, STEPS, Explorer
from webui.testing.exploring.finding import Explored, Finding, Kind

__all__ = ["SECONDS", "STEPS", "Explored", "Explorer", "Finding", "Kind"]
