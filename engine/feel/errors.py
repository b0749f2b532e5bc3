"""What can go wrong with an expression."""


class FeelError(Exception):
    """An expression cannot be compiled or evaluated."""


class FeelSyntaxError(FeelError):
    """The text is not an expression."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.line = line
        """Counted from 1, within the expression."""
        self.column = column
        """Counted from 1."""


class FeelEvaluationError(FeelError):
    """A value does not allow what the expression does with it."""
