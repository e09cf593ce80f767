"""What the flows of doctors wish for: a change of their duty, and their word about the last consult."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ivr.store.tx import Tx

if TYPE_CHECKING:
    from ivr.menus.effects import Effects, Wisher


def _go_on(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.duty.go_on(tx, wisher.trigger)


def _go_off(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.duty.go_off(tx, wisher.trigger)


def _one_more(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.duty.one_more(tx, wisher.trigger)


def _pause(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.duty.pause(tx, wisher.trigger)


def _prove(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.duty.prove(tx, wisher.trigger, wisher.dial_id)


def _call_for_word(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.duty.call_for_word(tx, wisher.trigger)


def _say(which: str) -> "Callable[[Effects, Tx, Wisher], None]":
    def carry_out(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
        effects.duty.dispose(tx, wisher.trigger, which, wisher.dial_id)

    return carry_out


DUTY_CARRIED_OUT: Mapping[str, Callable[..., None]] = {
    "go_on_duty": _go_on,
    "go_off_duty": _go_off,
    "one_more_patient": _one_more,
    "pause_duty": _pause,
    "confirm_duty": _prove,
    "call_for_word": _call_for_word,
    "consult_was_done": _say("done"),
    "consult_needs_visit": _say("needs_visit"),
    "consult_was_emergency": _say("emergency"),
    "consult_not_suitable": _say("not_suitable"),
}
