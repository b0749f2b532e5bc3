"""The values of FEEL that Python does not have, and what can be done with values."""
