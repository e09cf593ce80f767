"""Money of today, from the ledger; and what stands between a caller and us now. Pure."""

from collections.abc import Mapping, Sequence

from ivr.model.india import day_of, moment
from ivr.payments.ledger import Cause
from ivr.payments.lifecycle import GOING_BACK, PaymentState
from ivr.web.ops.words import Tone

MoneyTile = tuple[str, str, Tone]
"""Label, amount, look."""


def midnight(now: int) -> int:
    """When the day of `now` began in India; UTC ms, both."""
    return moment(day_of(now))


def money_now(entered: Mapping[str, int], standing: Mapping[str, tuple[int, int]]) -> Sequence[MoneyTile]:
    """`entered`: paise since midnight by cause; `standing`: of payments that are not settled, by state, how many and how much."""
    owed, going = standing.get(PaymentState.HELD, (0, 0))[1], sum(standing.get(state, (0, 0))[1] for state in GOING_BACK)
    by_hand = standing.get(PaymentState.MANUAL, (0, 0))[0]
    return [
        ("taken today", rupees(entered.get(Cause.CAPTURED, 0)), Tone.PLAIN),
        ("earned today", rupees(entered.get(Cause.EARNED, 0)), Tone.GOOD),
        ("refunded today", rupees(entered.get(Cause.REFUNDED, 0)), Tone.PLAIN),
        ("held now, for consults still owed", rupees(owed), Tone.WAIT if owed else Tone.PLAIN),
        (
            f"refunds due now{f', {by_hand} by hand' if by_hand else ''}",
            rupees(going),
            Tone.BAD if by_hand else Tone.WAIT if going else Tone.PLAIN,
        ),
    ]


def rupees(paise: int) -> str:
    """₹1,23,456.50, as India groups digits; whole rupees without paise."""
    whole, rest = divmod(paise, 100)
    head, tail = str(whole)[:-3], str(whole)[-3:]
    groups = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    return "₹" + ",".join([*groups, tail]) + (f".{rest:02}" if rest else "")
