"""What can go wrong with a decision while it is made."""

from engine.errors import Failure


class DecisionFailed(Failure):
    """A decision could not be made."""

    code = "decision-failed"
