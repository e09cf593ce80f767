"""Effects of patients and doctors who are being connected, for the table of `effects.py`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ivr.connecting.lifecycle import OfferEvent
from ivr.store.tx import Tx

if TYPE_CHECKING:
    from ivr.menus.effects import Effects, Wisher


def _answered(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.answered(tx, wisher.dial_id, wisher.at)


def _accept(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.accept(tx, wisher.call_id, wisher.dial_id, wisher.at)


def _pass(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.passes(tx, wisher.dial_id, wisher.at, OfferEvent.PASSED)


def _miss(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.passes(tx, wisher.dial_id, wisher.at, OfferEvent.MISSED)


def _off(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.passes(tx, wisher.dial_id, wisher.at, OfferEvent.WENT_OFF)
    effects.duty.go_off(tx, wisher.trigger)


def _rejoin(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.rejoin(tx, wisher.call_id, wisher.dial_id, wisher.at)


def _dispose(effects: "Effects", tx: Tx, wisher: "Wisher", which: str) -> None:
    effects.connecting.dispose(tx, wisher.dial_id, which, wisher.at)


def _renew_screen(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.screened_again(tx, wisher.call_id, wisher.caller_id)


def _await(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.waits(tx, wisher.call_id, wisher.caller_id, wisher.dial_id, wisher.at)


def _leave_hold(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.waits_no_more(tx, wisher.call_id)


def _enter(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.joins(tx, wisher.call_id, wisher.at)


def _leave(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.leaves(tx, wisher.call_id, wisher.at)


def _agree_language(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.any_language(tx, wisher.caller_id)


def _tell_wait(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.told_wait(tx, wisher.caller_id, wisher.at)


def _keep_place(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    """At the time that was spoken."""
    effects.connecting.keep_place(tx, wisher.caller_id, int(wisher.place.told["place_slot"]), wisher.at)


def _give_back(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.give_back(tx, wisher.caller_id, wisher.at)


def _agree(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    effects.connecting.agreed(tx, wisher.caller_id, wisher.at)


CONNECTING_CARRIED_OUT: Mapping[str, Callable[..., None]] = {
    "answer_offer": _answered,
    "accept_offer": _accept,
    "pass_offer": _pass,
    "miss_offer": _miss,
    "off_by_offer": _off,
    "rejoin_offer": _rejoin,
    "dispose": _dispose,
    "renew_screen": _renew_screen,
    "await_other": _await,
    "leave_hold": _leave_hold,
    "enter_room": _enter,
    "leave_room": _leave,
    "agree_language": _agree_language,
    "tell_wait": _tell_wait,
    "keep_place": _keep_place,
    "give_back": _give_back,
    "agree_served": _agree,
}
