"""Journey tests: files that say how a process is gone through, and what is to come of it.

document.py   what a file says            located.py  YAML with line numbers
reading.py    a file, or what is wrong    writing.py  the file of a document
shapes.py     what stands at a place of it
running.py    carries one out             expecting.py  what is not as it says
"""

from engine.journey_test.document import (
    SUFFIX,
    At,
    Ended,
    Given,
    JourneyTest,
    Message,
    Mock,
    Passed,
    Retry,
    Signal,
    Step,
    Stopped,
    Submit,
    Variables,
    Verb,
    Wait,
)
from engine.journey_test.reading import JourneyTestInvalid, read, read_all
from engine.journey_test.running import Outcome, do, not_started, run, run_in, submit
from engine.journey_test.writing import assemble, write, write_step

__all__ = [
    "SUFFIX",
    "At",
    "Ended",
    "Given",
    "JourneyTest",
    "JourneyTestInvalid",
    "Message",
    "Mock",
    "Outcome",
    "Passed",
    "Retry",
    "Signal",
    "Step",
    "Stopped",
    "Submit",
    "Variables",
    "Verb",
    "Wait",
    "assemble",
    "do",
    "not_started",
    "read",
    "read_all",
    "run",
    "run_in",
    "submit",
    "write",
    "write_step",
]
