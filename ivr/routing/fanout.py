"""How many doctors ring at once for one consult.

One; a second after twelve seconds in which nobody picked up, a third after twenty-six: hedging trims the slowest searches, and costs the
others nothing. Two from the start while most doctors have nothing to do. More would win little and disturb many. Whoever picked up and
pressed no key within eight seconds counts as nobody: a mailbox, a pocket.

Found with `python -m ivr simulate`: to ring two whenever four are idle, and more than two for each who waits, takes three seconds off the
median and one or two off the 95th percentile, and makes a hundred consults ring twenty more phones for nothing.
"""

from dataclasses import dataclass

KEPT_FOR_OTHERS = 2


@dataclass(frozen=True, slots=True)
class FanOut:
    """The policy. Doctors are ample when so many are idle, so many for each consult that waits, and such a share of all who are on duty."""

    hedges_ms: tuple[int, ...] = (12_000, 26_000)  # how old a search is when one more may ring
    ample: int | None = 4  # None: never two from the start
    per_caller: int = 2
    idle_share: float = 0.5
    silent_ms: int | None = 8_000  # how long whoever picked up may take to press 1: one gather of the whisper; None: for ever


SHIPPED = FanOut()


@dataclass(frozen=True, slots=True)
class Ringing:
    """The search of one consult: its live offers, when it first rang a doctor, when one of the live last picked up (UTC milliseconds)."""

    live: int = 0
    since: int | None = None  # None: nobody was rung yet
    picked_up: int | None = None


NOBODY = Ringing()


def fan_out(ringing: Ringing, *, idle: int, online: int, waiting: int, bare: int, now: int, policy: FanOut = SHIPPED) -> int:
    """How many more doctors to ring for this consult now.

    `idle`: doctors who could be rung for it, of `online` on duty; `waiting`: consults without a doctor, this one included; `bare`: those of
    the others for whom nobody rings.
    The first ring may take any doctor; a further one leaves one for each who is bare, and never touches the last two while anybody is.
    """
    if idle <= 0 or _is_promising(ringing, now, policy):
        return 0
    first = 0 if ringing.live else 1
    spare = idle - first - (max(KEPT_FOR_OTHERS, bare) if bare else 0)
    wanted = max(_hedged(ringing, now, policy), 2 if _ample(idle, online, waiting, policy) else 1)
    return first + max(0, min(wanted - max(ringing.live, first), spare))


def hedge_at(ringing: Ringing, now: int, policy: FanOut = SHIPPED) -> int | None:
    """When `fan_out` should be asked again if nothing else happens, UTC milliseconds after `now`; None: only when something happens."""
    if ringing.since is None or not ringing.live:
        return None
    if ringing.picked_up is not None and _is_promising(ringing, now, policy):
        return None if policy.silent_ms is None else ringing.picked_up + policy.silent_ms
    return next((at for hedge in policy.hedges_ms if (at := ringing.since + hedge) > now), None)


def _is_promising(ringing: Ringing, now: int, policy: FanOut) -> bool:
    """Somebody picked up, and has time to press 1."""
    return ringing.picked_up is not None and (policy.silent_ms is None or now < ringing.picked_up + policy.silent_ms)


def _ample(idle: int, online: int, waiting: int, policy: FanOut) -> bool:
    if policy.ample is None or idle < policy.ample:
        return False
    return idle > policy.per_caller * waiting and idle > policy.idle_share * online


def _hedged(ringing: Ringing, now: int, policy: FanOut) -> int:
    """How many may ring in a search of this age."""
    since = ringing.since
    return 1 if since is None else 1 + sum(now >= since + hedge for hedge in policy.hedges_ms)
