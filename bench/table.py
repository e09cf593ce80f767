"""What is printed: one table, and for each target whether it is met."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

from bench.connecting import Connected, Connecting
from bench.console import Console, Viewed
from bench.pages import BOARD
from bench.parts import Part
from bench.pipeline import Burst, Latency
from bench.rounds import BARE, TUTORIAL, Measured
from bench.shots import CONNECTIONS

NOISE = (
    "Requests a second on a shared machine differ by half from run to run; the ratios, each the median of rounds that ran side by side, "
    "differ by about a tenth. Compare ratios."
)
_OF_BARE, _OF_TUTORIAL, _P99_MS, _P50_PIPELINE_MS, _TEXTS_PER_S, _P95_CONNECTING_MS = 0.40, 2.5, 100.0, 1000.0, 100.0, 250.0
_P95_PAGE_MS, _P95_BOARD_MS = 200.0, 50.0
_HOPS = ("paid", "sought", "claimed", "dialled", "accepted", "moved", "joined")
_WAYS: Mapping[str, Callable[[Connected], int]] = {
    "event to dial request": lambda row: row.to_dial,
    "key 1 to room request": lambda row: row.to_move,
    "key 1 to both in the room": lambda row: row.to_room,
}
_PROMISED = ("event to dial request", "key 1 to room request")  # the third has words in it, which take their time


@dataclass(slots=True)
class Report:
    """Everything measured in one run; what was not asked for is empty."""

    machine: Mapping[str, object]
    webhook: Sequence[Measured] = ()
    turn: Sequence[Measured] = ()
    parts: Sequence[Part] = ()
    latency: list[Latency] = field(default_factory=list)
    connecting: list[Connecting] = field(default_factory=list)
    burst: list[Burst] = field(default_factory=list)
    console: list[Console] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Target:
    what: str
    value: float
    wanted: str
    met: bool


def targets(report: Report) -> Iterator[Target]:
    """Each promise, with what was measured."""
    for row in (*report.webhook, *report.turn):
        if row.name in (BARE, TUTORIAL):
            continue
        p99 = row.middle(lambda shot: shot.p99_ms)
        yield Target(f"{row.name}: of bare", row.to_bare, f"≥ {_OF_BARE}", row.to_bare >= _OF_BARE)
        if row.to_tutorial is not None:
            yield Target(f"{row.name}: times tutorial", row.to_tutorial, f"≥ {_OF_TUTORIAL}", row.to_tutorial >= _OF_TUTORIAL)
        yield Target(f"{row.name}: p99 ms", p99, f"< {_P99_MS:g}", p99 < _P99_MS)
        yield Target(f"{row.name}: wrong answers", row.wrong, "0", row.wrong == 0)
    for wait in report.latency:
        yield Target(
            f"call to SMS request, {wait.database}: p50 ms", wait.p50_ms, f"< {_P50_PIPELINE_MS:g}", wait.p50_ms < _P50_PIPELINE_MS
        )
    for one in report.connecting:
        for way in _PROMISED:
            p95 = one.at(95, _WAYS[way])
            yield Target(f"{way}, {_which(one)}: p95 ms", p95, f"≤ {_P95_CONNECTING_MS:g}", p95 <= _P95_CONNECTING_MS)
    for all_pages in report.console:
        yield from _of_pages(all_pages)
    for burst in report.burst:
        name = f"burst of {burst.calls}, {burst.database}"
        yield Target(f"{name}: texts/s", burst.per_second, f"≥ {_TEXTS_PER_S:g}", burst.per_second >= _TEXTS_PER_S)
        yield Target(f"{name}: lost", burst.lost, "0", burst.lost == 0)
        yield Target(f"{name}: doubled", burst.doubled, "0", burst.doubled == 0)


def lines(report: Report) -> Iterator[str]:
    """The report for people."""
    machine = report.machine
    yield f"{machine['cores']} cores ({machine['processor']}), {machine['system']}, Python {machine['python']}, SQLite {machine['sqlite']}"
    yield f"load average before: {machine['load_average']}"
    yield NOISE
    if report.webhook:
        yield from _rows("first webhook", report.webhook)
    if report.turn:
        yield from _rows("menu turn", report.turn)
    if report.parts:
        yield from _parts(report.parts)
    for wait in report.latency:
        yield ""
        yield f"call to SMS request, {wait.database}: p50 {wait.p50_ms:.0f} ms, p95 {wait.p95_ms:.0f} ms ({wait.calls} calls)"
    for one in report.connecting:
        yield ""
        yield from _connecting(one)
    for all_pages in report.console:
        yield ""
        yield from _console(all_pages)
    for burst in report.burst:
        yield ""
        yield from _burst(burst)
    yield ""
    for target in targets(report):
        yield f"{'met    ' if target.met else 'NOT MET'}  {target.what}: {target.value:.4g} (target {target.wanted})"


def as_json(report: Report) -> dict[str, object]:
    """The report for programs."""
    return {**asdict(report), "targets": [asdict(target) for target in targets(report)]}


def _rows(what: str, rows: Sequence[Measured]) -> Iterator[str]:
    yield ""
    yield _cells(what, ["req/s", "of bare", "× tutorial", "p50 ms", "p99 ms", "server µs", "generator", "wrong"])
    for row in rows:
        server = [shot.server_us for shot in row.shots if shot.server_us is not None]
        yield _cells(
            row.name,
            [
                f"{row.middle(lambda shot: shot.per_second):.0f}",
                f"{row.to_bare:.2f}",
                "" if row.to_tutorial is None else f"{row.to_tutorial:.2f}",
                f"{row.middle(lambda shot: shot.p50_ms):.1f}",
                f"{row.middle(lambda shot: shot.p99_ms):.1f}",
                f"{median(server):.0f}" if server else "",
                f"{row.middle(lambda shot: shot.generator_share):.0%}",
                f"{row.wrong}",
            ],
        )
    asked = ", ".join(str(row.shots[0].asked) for row in rows)
    yield (
        f"{len(rows[0].shots)} rounds of {asked} requests over {CONNECTIONS} kept-alive connections; medians. "
        "server µs: CPU of the web processes for one request; generator: its part of one core."
    )


def _parts(parts: Sequence[Part]) -> Iterator[str]:
    yield ""
    yield f"{'parts of a menu turn':<28}{'µs':>8}{'ratio':>8}  to"
    for part in parts:
        yield f"{part.name:<28}{part.us:>8.1f}{part.ratio:>8.2f}  {part.baseline} ({part.baseline_us:.1f} µs)"


def _which(one: Connecting) -> str:
    return f"{one.database}, {one.together} at a time" if one.together > 1 else f"{one.database}, one by one"


def _connecting(one: Connecting) -> Iterator[str]:
    baseline = one.at(50, lambda row: row.baseline)
    loads = " to ".join(f"{load:g}" for load in one.load)
    yield f"{f'connecting, {_which(one)}':<42}{'p50 ms':>8}{'p95 ms':>8}  × a call's SMS request ({baseline:.0f} ms)"
    for way, which in _WAYS.items():
        yield f"  {way:<40}{one.at(50, which):>8.0f}{one.at(95, which):>8.0f}  {one.ratio(which):.1f}"
    hops = ", ".join(f"{hop} {one.at(50, lambda row, hop=hop: getattr(row, hop)):.0f}" for hop in _HOPS)  # type: ignore[misc]
    yield f"  {len(one.rows)} consults, load average {loads}; p50 of each hop: {hops}"


def _of_pages(console: Console) -> Iterator[Target]:
    """The slowest page, and the board with its live calls."""
    slowest = max(console.pages, key=lambda page: page.p95_ms)
    where = f"{console.database}, {console.calls:,} calls"
    yield Target(f"slowest page, {slowest.route}, {where}: p95 ms", slowest.p95_ms, f"≤ {_P95_PAGE_MS:g}", slowest.p95_ms <= _P95_PAGE_MS)
    for page in (each for each in console.pages if each.route in BOARD):
        what = f"{page.route} with {console.live} live calls, {where}: p95 ms"
        yield Target(what, page.p95_ms, f"≤ {_P95_BOARD_MS:g}", page.p95_ms <= _P95_BOARD_MS)


def _console(console: Console) -> Iterator[str]:
    title = f"console, {console.database}, {console.calls:,} calls"
    yield f"{title:<44}{'first ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'× login':>9}{'KB':>7}{'views':>7}"
    for row in (console.health, console.login, *console.pages):
        yield _page(row, row.p50_ms / console.login.p50_ms)
    yield f"  load average {console.load[0]:g} to {console.load[1]:g}; in process, without a network"


def _page(row: Viewed, ratio: float) -> str:
    refused = f"  ({row.refused} refused)" if row.refused else ""
    cells = f"{row.first_ms:>9.1f}{row.p50_ms:>9.1f}{row.p95_ms:>9.1f}{ratio:>9.1f}{row.kb:>7.0f}{row.asked:>7}"
    return f"  {row.route:<42}{cells}{refused}"


def _cells(name: str, cells: Sequence[str]) -> str:
    return f"{name:<16}" + "".join(f"{cell:>11}" for cell in cells)


def _burst(burst: Burst) -> Iterator[str]:
    yield (
        f"burst of {burst.calls} calls, {burst.database}: {burst.per_second:.0f} texts/s ({burst.texts} texts in {burst.seconds:.1f} s), "
        f"lost {burst.lost}, doubled {burst.doubled}"
    )
    shot = burst.webhook
    wrong = shot.asked - shot.right
    yield f"  calls taken at {shot.per_second:.0f}/s while texts went out, p99 {shot.p99_ms:.0f} ms, {wrong} wrong answers"
    if burst.cpu_ms:
        used = ", ".join(f"{name} {ms:.1f}" for name, ms in burst.cpu_ms.items())
        yield f"  CPU ms for one text, delivery reports included: {used}"
