"""What a test of a journey fails with."""


class JourneyFailed(AssertionError):
    """A journey is not where a test expects it, or something cannot be done in it."""


class HypothesisMissing(ImportError):
    """Walks are asked for, and hypothesis is not there."""

    def __init__(self) -> None:
        super().__init__("Walks need hypothesis: pip install 'idflow[testing]'.")


class OutsideCall(BaseException):
    """Something outside was called. Not an `Exception`: the engine would take that for an incident and go on."""
