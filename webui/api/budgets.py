"""How many requests are left, in headers (draft-ietf-httpapi-ratelimit-headers)."""

from math import ceil

from engine.accounts import Budget


def budget_headers(budget: Budget) -> dict[str, str]:
    """Return what says how many requests may come at once, how many are left, and when it will be all of them."""
    window, full_in = ceil(budget.window.total_seconds()), ceil(budget.full_in.total_seconds())
    return {
        "RateLimit-Policy": f'"key";q={budget.limit};w={window}',
        "RateLimit": f'"key";r={budget.left};t={full_in}',
    }
