"""Reads what is going on, once for all open consoles: a fixed number of statements, however many calls are live."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.connecting import forecast
from ivr.connecting.outlook import Outlook, on_duty
from ivr.consults.capacity import MIN_LEFT_MS
from ivr.model.errors import ConfigurationError
from ivr.model.values import Phone
from ivr.store import alarms, connecting, console, console_voice, figures, outbox
from ivr.store import board as store
from ivr.store import pages as pages_store
from ivr.store.tx import Row, Tx
from ivr.web.ops.kept import Kept
from ivr.web.ops.now.calls import CallNow, call_now
from ivr.web.ops.now.doctors import DoctorNow, doctors_now, tiles
from ivr.web.ops.now.money import MoneyTile, midnight, money_now
from ivr.web.ops.now.queue import Queue, queue_now
from ivr.web.ops.now.texts import MINUTES, TextsNow, texts_now
from ivr.web.ops.overview import AlarmCard, GrievanceCard, Tile, alarm_card, day_tiles, grievance_card, late, now_tiles
from ivr.web.ops.when import Moment, moment
from ivr.wiring import App

_DAY_MS = 24 * 60 * 60 * 1000
_MOST_GRIEVANCES = 10
_DAY_KEPT_MS, _TEXTS_KEPT_MS, _HANDLE_KEPT_MS = 10_000, 5_000, 60_000


@dataclass(frozen=True, slots=True)
class Board:
    as_of: Moment
    alarms: Sequence[AlarmCard]
    old_alarms: Sequence[AlarmCard]
    calls: Sequence[CallNow]
    queue: Queue
    doctors: Sequence[DoctorNow]
    doctor_tiles: Sequence[Tile]
    texts: TextsNow
    money: Sequence[MoneyTile]
    tiles: Sequence[Tile]
    tiles_now: Sequence[Tile]
    grievances: Sequence[GrievanceCard]
    more_grievances: int


class Watch:
    """What changes slowly, or is counted over a day, is kept a little longer than the rest."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._day: Kept[list[Tile]] = Kept(app.clock, _DAY_KEPT_MS)
        self._texts: Kept[TextsNow] = Kept(app.clock, _TEXTS_KEPT_MS)
        self._handle_ms: Kept[int] = Kept(app.clock, _HANDLE_KEPT_MS, most=20)

    def look(self, now: int, *, anew: bool = False) -> Board:
        """As of `now`, UTC ms; `anew`: nothing that was kept is shown. Raises DatabaseAway."""
        with self._app.database.read() as tx:
            found, working = store.calls(tx, now), store.doctors(tx, now, MIN_LEFT_MS)
            sounded = self._alarms(tx, now)
            complaints, owed = figures.grievances(tx, now), console_voice.open_grievances(tx, most=_MOST_GRIEVANCES)
            queue = self._queue(tx, now, working)
            return Board(
                as_of=moment(now, now),
                alarms=[card for card in sounded if card.fresh],
                old_alarms=[card for card in sounded if not card.fresh],
                calls=[call_now(row, now, self._masked, self._line) for row in found],
                queue=queue,
                doctors=(cards := doctors_now(working, now)),
                doctor_tiles=tiles(cards),
                texts=self._texts.get(lambda at: self._look_at_texts(tx, at), anew=anew),
                money=money_now(store.entered(tx, midnight(now)), store.standing(tx)),
                tiles=self._day.get(lambda at: self._look_at_day(tx, at), anew=anew),
                tiles_now=now_tiles(console_voice.planned_call_backs(tx), *complaints),
                grievances=[grievance_card(row, now) for row in owed],
                more_grievances=complaints[0] - len(owed),
            )

    def _alarms(self, tx: Tx, now: int) -> list[AlarmCard]:
        sounded, told, waiting = alarms.latest(tx), pages_store.shown(tx), outbox.oldest_unissued(tx)
        return [*late(waiting, now, self._app.settings.relay_lag_alarm_seconds), *(alarm_card(row, told, now) for row in sounded)]

    def _queue(self, tx: Tx, now: int, working: list[Row]) -> Queue:
        rows, seeking = store.consults(tx), connecting.seeking(tx, now)
        skills = store.skills(tx, [row.doctor_id for row in working])
        handle_ms = {speciality: self._handled(tx, speciality) for speciality in sorted({row.speciality for row in rows})}
        outlook = Outlook(on_duty(working, skills), seeking, handle_ms)
        return queue_now(rows, lambda row: outlook.wait(row, now), now, self._masked)

    def _handled(self, tx: Tx, speciality: str) -> int:
        return self._handle_ms.get(lambda at: forecast.handle_ms(tx, speciality), speciality)

    @staticmethod
    def _look_at_texts(tx: Tx, at: int) -> TextsNow:
        since = at - MINUTES * 60_000
        return texts_now(store.texts(tx, since, at), store.handed_over(tx, since))

    @staticmethod
    def _look_at_day(tx: Tx, at: int) -> list[Tile]:
        return day_tiles(console.calls_since(tx, at - _DAY_MS), console.texts_since(tx, at - _DAY_MS))

    def _masked(self, sealed: bytes) -> str:
        try:
            return self._app.vault.phone(sealed).masked
        except ConfigurationError:
            return "number sealed with a key that DATA_KEY lacks"

    def _line(self, e164: str) -> str:
        found = self._app.lines.find(Phone(e164)) if e164 else None
        return found.name if found else e164
