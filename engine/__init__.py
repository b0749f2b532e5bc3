"""Everything that is not HTTP, not HTML and not one activity."""
