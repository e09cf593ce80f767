"""`python -m ivr run`: everything on one machine, for development."""
