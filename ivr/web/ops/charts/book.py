"""Reads the charts and keeps them: today and yesterday are counted anew each minute, earlier days each hour."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ivr.alarms.paging import FLOW as ON_CALL_FLOW
from ivr.store import charts as store
from ivr.store.charts import Scope
from ivr.store.tx import Tx
from ivr.web.ops.charts import drawn, drawn_consults
from ivr.web.ops.charts.chosen import OBEYED, Chosen
from ivr.web.ops.charts.tables import Chart
from ivr.web.ops.kept import Kept
from ivr.wiring import App

_RECENT_DAYS = 2
_RECENT_MS, _EARLIER_MS = 60_000, 60 * 60_000
_MOST_KEPT = 100

Rows = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Maker:
    """`read`: the rows of some days, as of a moment; `draw`: a chart of the rows of all."""

    read: Callable[[Tx, Scope, int], Rows]
    draw: Callable[[Rows], Chart]


def _days(scope: Scope) -> range:
    return range(scope.first, scope.last + 1)


_MAKERS: Mapping[str, _Maker] = {
    "texts": _Maker(lambda tx, of, now: drawn.missed_rows(_days(of), store.missed(tx, of), store.texts(tx, of)), drawn.missed_chart),
    "menu": _Maker(lambda tx, of, now: store.menu_steps(tx, of), lambda rows: drawn.step_chart(drawn.step_rows(rows))),
    "consults": _Maker(lambda tx, of, now: drawn_consults.consult_rows(_days(of), store.consults(tx, of)), drawn_consults.consult_chart),
    "sms-times": _Maker(lambda tx, of, now: drawn.sms_rows(_days(of), store.sms_times(tx, of)), drawn.sms_chart),
    "doctor-times": _Maker(
        lambda tx, of, now: drawn_consults.doctor_rows(_days(of), store.consults(tx, of), now), drawn_consults.doctor_chart
    ),
    "abandoned": _Maker(
        lambda tx, of, now: drawn_consults.left_rows(_days(of), store.menu_calls(tx, of, ON_CALL_FLOW), store.consults(tx, of)),
        drawn_consults.left_chart,
    ),
}


class Charts:
    def __init__(self, app: App) -> None:
        self._app = app
        self._recent: Kept[Rows] = Kept(app.clock, _RECENT_MS, _MOST_KEPT)
        self._earlier: Kept[Rows] = Kept(app.clock, _EARLIER_MS, _MOST_KEPT)

    def all(self, chosen: Chosen) -> list[Chart]:
        """Raises DatabaseAway."""
        return [self.one(name, chosen) for name in OBEYED]

    def one(self, name: str, chosen: Chosen) -> Chart:
        """`name`: one of OBEYED. Raises DatabaseAway."""
        whole = chosen.only(OBEYED[name]).scope(self._app.lines, self._app.clock.now())
        begins = max(whole.first, whole.last - _RECENT_DAYS + 1)
        earlier = self._rows(self._earlier, name, replace(whole, last=begins - 1)) if begins > whole.first else ()
        return _MAKERS[name].draw([*earlier, *self._rows(self._recent, name, replace(whole, first=begins))])

    def _rows(self, kept: Kept[Rows], name: str, scope: Scope) -> Rows:
        def read(now: int) -> Rows:
            with self._app.database.read() as tx:
                return _MAKERS[name].read(tx, scope, now)

        question = (name, scope.first, scope.last, None if scope.lines is None else tuple(scope.lines), scope.provider, scope.language)
        return kept.get(read, question)
