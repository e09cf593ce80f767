"""An alarm, taken by an operator who sees it in the console: nobody else is texted or called about it."""

from dataclasses import dataclass

from ivr.alarms.taking import is_open, take
from ivr.operating.deed import CannotBeDone, Deed
from ivr.oversight import Action
from ivr.store import pages
from ivr.store.database import Database
from ivr.store.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Taking:
    database: Database

    def take(self, deed: Deed, page_id: str) -> None:
        """CannotBeDone when somebody was faster."""

        def work(tx: Tx) -> None:
            page = open_page(tx, page_id)
            if not take(tx, page_id, deed.operator, deed.at):
                raise CannotBeDone(_TAKEN)
            deed.note(tx, Action.TAKE_ALARM, "page", page_id, reference=page.reference, alarm=page.kind)

        self.database.write(work)


_TAKEN = "somebody has taken this alarm already"


def open_page(tx: Tx, page_id: str) -> Row:
    """CannotBeDone when there is no such page, or nobody is wanted for it any more."""
    page = pages.get(tx, page_id)
    if page is None:
        raise CannotBeDone("there is no such alarm")
    if not is_open(page):
        raise CannotBeDone(_TAKEN)
    return page
