"""A page is taken: by key 1 in a call about it, or by command. Then nobody else is called."""

from ivr.alarms.lifecycle import OPEN, PageEvent, PageState, after
from ivr.callbacks.dials import move
from ivr.callbacks.lifecycle import CallBackEvent, CallBackState
from ivr.model.values import Phone
from ivr.settings import Settings
from ivr.store import callers, outbox, pages
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault

BY_COMMAND = "command"
TAKEN, TOO_SLOW = "taken", "too_slow"
"""Why a call about a page is not made."""
_NOT_TALKING = (CallBackState.PLANNED, CallBackState.DIALLING, CallBackState.RINGING)


def is_open(page: Row) -> bool:
    """Whether somebody is wanted for it; one that nobody took in time is still to be had."""
    return page.state in (*OPEN, PageState.UNTAKEN)


def take(tx: Tx, page_id: str, by: str, at: int) -> bool:
    """False when somebody was faster. `by`: the place in ONCALL_NUMBER, an operator's name, or `BY_COMMAND`."""
    coming = pages.calls(tx, page_id, lock=True)  # before the page: the order in which the end of a call locks them
    page = pages.get(tx, page_id, lock=True)
    if page is None or after(PageState(page.state), PageEvent.TAKEN) is None:
        return False
    pages.take(tx, page_id, by, at)
    for call_back in coming:
        if call_back.state in _NOT_TALKING:
            call_off(tx, call_back, at, TAKEN)
    return True


def call_off(tx: Tx, call_back: Row, at: int, why: str) -> None:
    """A call about a page that need not be made. A phone that rings by now rings on, and may still take the page."""
    move(tx, call_back, CallBackEvent.CANCELLED, at, why)
    if call_back.wish_id is not None:
        outbox.done(tx, call_back.wish_id)


def place_of(tx: Tx, vault: Vault, settings: Settings, caller_id: str) -> str:
    """Which of ONCALL_NUMBER this is, counted from 1; empty for one that was taken out of it."""
    phone = callers.phone_of(tx, vault, caller_id)
    return str(settings.on_call.index(phone) + 1) if phone in settings.on_call else ""


def phone_of_caller(tx: Tx, vault: Vault, dial_id: str) -> Phone | None:
    """Of the caller whom the page is about that we rang somebody for; None when it is about no caller, or one without a number."""
    page = pages.of_dial(tx, dial_id)
    call = pages.about(tx, page) if page is not None else None
    return None if call is None or call.caller_id is None else callers.phone_of(tx, vault, call.caller_id)
