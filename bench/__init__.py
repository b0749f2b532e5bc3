"""Repeatable benchmarks; each compares within one run, because machines differ and drift."""
