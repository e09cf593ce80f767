"""Whom to ring, how many at once, and how long it will take: pure rules, without a clock, a database or a provider."""
