"""What can go wrong with an expression."""


class FeelError(Exception):
    """An expression cannot be compiled or evaluated."""


class FeelSyntaxError(FeelError):
    """The text is not an expression."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.message = message
        """What is wrong, without the place."""
        self.line = line
        """Counted from 1, within the expression."""
        self.column = column
        """Counted from 1."""


class FeelEvaluationError(FeelError):
    """A value does not allow what the expression does with it, or it would take too much."""


class FeelOpaqueError(FeelEvaluationError):
    """A value that is none of FEEL's, such as a reference to a secret, would be turned into text or JSON."""
