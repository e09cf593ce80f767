"""Grievances have their answer: once, from somebody, in words that say what was done."""

from re import compile as regex

from ivr.model.errors import IvrError
from ivr.oversight import Action, note
from ivr.store import grievances
from ivr.store.tx import Tx

LONGEST_ANSWER = 2_000

_NUMBER = regex(r"\+[0-9][0-9 -]{8,}[0-9]|(?<![0-9])0?[6-9][0-9]{4}[ -]?[0-9]{5}(?![0-9])")


class NotAnswered(IvrError):
    """This grievance cannot be answered like that: says why, and what to do."""


class NoSuchGrievance(NotAnswered):
    """None is called so."""


def answer(tx: Tx, reference: str, words: str, operator: str, now: int) -> None:
    """It has had its answer: what was done about it, in the operator's words. `now`: UTC milliseconds. NotAnswered changes nothing."""
    found = grievances.find(tx, reference)
    if found is None:
        raise NoSuchGrievance("no complaint is called so; the console lists them")
    said = _said(words)
    if not grievances.answer(tx, reference, at=now, by=operator, words=said):
        raise NotAnswered("it was answered before; the first answer stands")
    note(
        tx,
        now,
        operator,
        Action.ANSWER_GRIEVANCE,
        subject="grievance",
        subject_id=reference,
        caller_id=found.caller_id,
        late=now > found.due_at,
    )


def _said(words: str) -> str:
    """As it is kept: lines stay lines."""
    said = "\n".join(" ".join(line.split()) for line in words.replace("\0", " ").strip().splitlines())
    if not said:
        raise NotAnswered("say what was done, in a few words")
    if len(said) > LONGEST_ANSWER:
        raise NotAnswered(f"say it in {LONGEST_ANSWER} characters at most")
    if _NUMBER.search(said):
        raise NotAnswered("leave the telephone number out: numbers are kept in one place only, and masked everywhere else")
    return said
