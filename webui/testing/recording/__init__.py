"""Records real instances, so that they can be gone through again: as journey tests, and against a new version.

original.py    what the installation knows of one      personal.py   replaces what is personal
reenacting.py  goes its way again                      answering.py  what was filled in
outcomes.py    what service tasks came to              recorder.py   one instance, as a journey test
replaying.py   its way through another version
"""

from webui.testing.recording.recorder import Recorded, Recorder
from webui.testing.recording.replaying import Difference, Replayed, failed, replay

__all__ = ["Difference", "Recorded", "Recorder", "Replayed", "failed", "replay"]
