"""How many doctors a clinic needs: Erlang's formulas. For staffing and the console, never for what one caller is told.

They know queueing alone, not the ringing: a willing doctor costs some seventeen seconds more (`python -m ivr simulate`).
"""

from dataclasses import dataclass
from math import exp, log


@dataclass(frozen=True, slots=True)
class Queue:
    """Erlang C: callers who never give up, doctors who answer at once. `load`: offered, in doctors; below `doctors`."""

    doctors: int
    load: float
    handle_s: float

    @property
    def waiting_share(self) -> float:
        """Of callers who find no idle doctor, 0 to 1; 1 when there is more work than doctors."""
        if self.load >= self.doctors:
            return 1.0
        blocked = 1.0  # Erlang B, by its recursion: no factorials that overflow
        for n in range(1, self.doctors + 1):
            blocked = self.load * blocked / (n + self.load * blocked)
        return blocked / (1 - (self.load / self.doctors) * (1 - blocked))

    @property
    def mean_wait_s(self) -> float:
        """Of all callers."""
        return self.waiting_share * self.handle_s / (self.doctors - self.load) if self.load < self.doctors else float("inf")

    def within(self, seconds: float) -> float:
        """The share of callers, 0 to 1, who wait no longer than that."""
        return 1 - self.waiting_share * exp(-max(0.0, self.doctors - self.load) * seconds / self.handle_s)

    def percentile_s(self, share: float) -> float:
        """The wait that this share of callers does not exceed, in seconds."""
        longer = 1 - share
        if longer >= self.waiting_share:
            return 0.0
        if self.load >= self.doctors:
            return float("inf")
        return log(self.waiting_share / longer) * self.handle_s / (self.doctors - self.load)


def abandonment(doctors: int, load: float, handle_s: float, patience_s: float) -> float:
    """Erlang A: the share of callers, 0 to 1, who give up before a doctor is idle, when patience is exponential."""
    served, leaving = 1 / handle_s, 1 / patience_s
    arriving = load * served
    weight = total = 1.0
    lost = 0.0
    for n in range(1, 100_000):
        beyond = max(0, n - doctors)
        weight *= arriving / (min(n, doctors) * served + beyond * leaving)
        total += weight
        lost += weight * beyond * leaving
        if total > 1e200:
            weight, total, lost = weight / total, 1.0, lost / total
        if beyond and weight < 1e-12 * total:
            break
    return lost / total / arriving


def doctors_needed(per_hour: float, handle_s: float, *, within_s: float = 20, share: float = 0.8) -> int:
    """The fewest doctors with whom this share of callers finds an idle one within so many seconds."""
    load = per_hour * handle_s / 3600
    doctors = int(load) + 1
    while Queue(doctors, load, handle_s).within(within_s) < share:
        doctors += 1
    return doctors
