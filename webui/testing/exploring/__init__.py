"""Explores a journey without anybody's help: fills in forms, lets time pass and steps fail, and says what is wrong.

subject.py   the process, and what it can come to       running.py  does one thing, and looks at what came of it
spot.py      where an instance stands                   filling.py  a form, filled in by what its fields declare
judging.py   what is wrong with a step                  secrets.py  secrets where they do not belong
explorer.py  tries what was tried least, everywhere     walking.py  goes one way from the start
choosing.py  who chooses what is done: a seed           by_hypothesis.py  or hypothesis, for walks
finding.py   what was found                             saving.py   a finding, or a walk, as a journey test
fixture.py   the same in a test
"""

from webui.testing.exploring.explorer import SECONDS, STEPS, Explorer
from webui.testing.exploring.finding import Explored, Finding, Kind
from webui.testing.exploring.saving import save
from webui.testing.exploring.subject import Subject

__all__ = ["SECONDS", "STEPS", "Explored", "Explorer", "Finding", "Kind", "Subject", "save"]
