"""The one place that asks the machine for the time."""

import time


class SystemClock:
    """UTC milliseconds from the system's clock; NTP keeps it right (DESIGN: leases allow 5 s of skew)."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000
