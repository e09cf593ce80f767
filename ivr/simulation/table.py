"""The table that `python -m ivr simulate` prints: strategies and sizes, and the queue's own limit beside them."""

from collections.abc import Iterator

from ivr.routing.erlang import Queue, abandonment
from ivr.simulation.clinic import Clinic
from ivr.simulation.measures import Row, summed
from ivr.simulation.model import POLICY, STRATEGIES, Model, Strategy

CLINICS = 10
"""Per row, in mirrored pairs: the luck of one clinic is not the merit of a policy."""
CONSULTS = 30_000
SIZES = (20, 40, 60)

HEADINGS = (
    "doctors  load  strategy        p50 s  p95 s  <=60 s  abandon  rings  lost  use    bands  fair   | queue alone:  p95 s  <=20 s  abandon"
)


def simulate(model: Model, strategy: Strategy, *, consults: int = CONSULTS, seed: int = 1, clinics: int = CLINICS) -> Row:
    """So many counted consults, shared among clinics, summed up. The same arguments give the same figures."""
    each = -(-consults // clinics)
    return summed([Clinic(model, strategy, f"{seed}/{number // 2}", mirrored=number % 2 == 1).run(each) for number in range(clinics)])


def rows(doctors: int | None, load: float, consults: int, seed: int) -> Iterator[str]:
    """Lines, as soon as each is known: every strategy at 40 doctors (or at `doctors`), then the shipped one at other sizes."""
    yield HEADINGS
    for strategy in STRATEGIES:
        yield _line(Model(doctors=doctors or 40, load=load), strategy, consults, seed)
    if doctors is None:
        for size in SIZES:
            if size != 40:
                yield _line(Model(doctors=size, load=load), POLICY, consults, seed)


def _line(model: Model, strategy: Strategy, consults: int, seed: int) -> str:
    row = simulate(model, strategy, consults=consults, seed=seed)
    queue = Queue(model.doctors, model.doctors * model.load, model.handle)
    leaving = abandonment(queue.doctors, queue.load, queue.handle_s, model.patience)
    figures = f"{row.p50:>5.1f}  {row.p95:>5.1f}  {row.within_60:>6.1%}  {row.abandoned:>7.1%}  {row.rings:>5.2f}  {row.lost_races:>4.2f}"
    others = f"{row.use:>5.1%}  {row.bands_kept:>5.1%}  {row.unfairness:>4.2f}"
    limit = f"{queue.percentile_s(0.95):>19.0f}  {queue.within(20):>6.1%}  {leaving:>7.1%}"
    return f"{model.doctors:>7}  {model.load:>4.2f}  {strategy.name:<14}  {figures}  {others}   | {limit}"
