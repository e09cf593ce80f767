"""Slows down guessing passwords: failed logins are counted per name and address, and per address.

Without Redis each process counts for itself, for operators need the console exactly then.
"""

from ivr.web.throttle import WINDOW_MS as WINDOW_MS
from ivr.web.throttle import Limit, Try
from ivr.web.throttle import Throttle as Counts
from ivr.wiring import App

PER_NAME = 5
PER_ADDRESS = 20


class Throttle:
    def __init__(self, app: App) -> None:
        self._counts = Counts(app, "login")

    def admit(self, name: str, address: str) -> Try | None:
        """Count a try before the password is looked at; None: too many. `address`: "" when nobody can tell, and names are counted alone."""
        limits = [Limit((name, address), PER_NAME)]
        return self._counts.admit([*limits, Limit((address,), PER_ADDRESS)] if address else limits)

    def forgive(self, attempt: Try) -> None:
        """It was the right password: this name may fail anew, and the address has one failure less."""
        self._counts.forgive(attempt)
