"""What stands around the calls of a month, invented: complaints, opt-outs, voice notes, alarms, what operators did, who is kept out."""

from collections.abc import Sequence
from json import dumps

from ivr.oversight import Action
from ivr.seeding.amounts import DAY_MS, Amounts
from ivr.seeding.calls import Talk
from ivr.seeding.people import Person
from ivr.seeding.pile import Pile

OPERATORS = ("asha", "ravi", "meena")
_ALARMS = (
    ("dlt", "plivo app_link hi", "a wording differs from its registration; compare it with the DLT portal", 3 * DAY_MS),
    ("account", "twilio", "the provider refused our account (20003): is its token current, and is there credit?", 40 * 60_000),
    ("webhook_silence", "razorpay", "payments are found by looking, and no event of the gateway has come", 9 * DAY_MS),
    ("refund_stuck", "seed", "the gateway refused a refund: look the payment up on its own page", 3 * 60_000),
)
_DONE = (Action.REVEAL_NUMBER, Action.RESEND_LINK, Action.ANSWER_GRIEVANCE, Action.EXPORT_TABLE, Action.REFUND_CONSULT, Action.BLOCK_CALLER)
_REASONS = (
    "the caller asked for it on the phone",
    "rang eleven times in an hour",
    "the doctor could not hear the patient",
    "monthly figures",
)


def around(pile: Pile, amounts: Amounts, talks: Sequence[Talk], people: Sequence[Person], consult_ids: Sequence[str]) -> None:
    """A complaint for every two hundredth talk, and so on."""
    random = pile.random
    for talk in random.sample(talks, min(len(talks), 4 + len(talks) // 200)):
        _grievance(pile, amounts, talk)
    for person in random.sample(people, max(2, len(people) // 150)):
        pile.add("opt_out", caller_id=person.id, source="missed call", at=amounts.begin + random.randrange(amounts.days * DAY_MS))
    for person in random.sample(people, 3):
        at, why = amounts.now - random.randrange(20 * DAY_MS), random.choice(_REASONS)
        pile.add("block", caller_id=person.id, at=at, operator=random.choice(OPERATORS), reason=why)
    for kind, key, detail, ago in _ALARMS:
        first = amounts.now - ago - 3_600_000
        pile.add(
            "alarm",
            kind=kind,
            key=f"{key} {amounts.seed}",
            detail=detail,
            first_at=first,
            last_at=amounts.now - ago,
            times=random.randint(1, 40),
        )
    for at in sorted(amounts.begin + random.randrange(amounts.days * DAY_MS) for _ in range(20 + amounts.calls // 50)):
        _did(pile, at, talks, consult_ids)


def _grievance(pile: Pile, amounts: Amounts, talk: Talk) -> None:
    random = pile.random
    answered = amounts.now - talk.at > 5 * DAY_MS and random.random() < 0.9
    answer = {"answered_at": talk.at + 2 * DAY_MS, "answered_by": random.choice(OPERATORS), "answer": "rang back and explained the refund"}
    pile.add(
        "grievance",
        id=pile.id(talk.at),
        reference=pile.reference(),
        caller_id=talk.caller_id,
        call_id=talk.id,
        state="answered" if answered else "open",
        created_at=talk.at,
        due_at=talk.at + 15 * DAY_MS,
        **(answer if answered else {}),
    )


def _did(pile: Pile, at: int, talks: Sequence[Talk], consult_ids: Sequence[str]) -> None:
    random = pile.random
    action, about = random.choice(_DONE), random.choice(talks)
    subject, subject_id = "call", about.id
    if action is Action.REFUND_CONSULT:
        subject, subject_id = "consult", random.choice(consult_ids)
    what = {"operator": random.choice(OPERATORS), "action": action.value, "subject": subject, "subject_id": subject_id}
    pile.add("audit", id=pile.id(at), at=at, **what, caller_id=about.caller_id, reason=random.choice(_REASONS), detail=dumps({}))
