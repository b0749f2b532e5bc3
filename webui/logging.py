"""Logs: one JSON object a line, on standard error. No path of a request is logged: a token's link is a secret."""

import logging
import sys

import structlog


def configure(level: int = logging.INFO) -> None:
    """Send the logs of this process to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
