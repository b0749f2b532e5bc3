"""Installations that are thrown away: what the sandbox, journey tests and `idflow play` run a process in.

installation.py  one of them, in memory, with a clock that stands still     samples.py  the users in it, and their codes
results.py       what service tasks come to where that was set              trial.py    one instance, step by step
surroundings.py  the stores and policies that a process names
"""

from engine.throwaway.installation import Throwaway
from engine.throwaway.results import (
    Result,
    ResultInvalid,
    Results,
    SetError,
    SetFailure,
    SetValue,
    StepSetToFail,
)
from engine.throwaway.samples import NEWCOMER, SAMPLE, Code, PlaceholderUnknown, SampleUser, StoreSettings
from engine.throwaway.surroundings import Surroundings
from engine.throwaway.trial import NothingOpen, NoTimer, TimeInvalid, Trial

__all__ = [
    "NEWCOMER",
    "SAMPLE",
    "Code",
    "NoTimer",
    "NothingOpen",
    "PlaceholderUnknown",
    "Result",
    "ResultInvalid",
    "Results",
    "SampleUser",
    "SetError",
    "SetFailure",
    "SetValue",
    "StepSetToFail",
    "StoreSettings",
    "Surroundings",
    "Throwaway",
    "TimeInvalid",
    "Trial",
]
