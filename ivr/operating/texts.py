"""A text with a link, sent once more: by the template of the first one, with a fresh link to the same thing, under the same rules."""

from dataclasses import dataclass

from ivr.consults.desk import Desk
from ivr.consults.lifecycle import OVER, ConsultState
from ivr.consults.telling import PAY_LINK
from ivr.model.errors import TemplateError
from ivr.model.values import Language, Phone
from ivr.numbering import identify
from ivr.operating.deed import CannotBeDone, Deed
from ivr.oversight import Action
from ivr.store import blocks, callers, consults, links
from ivr.store import texts as store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault
from ivr.texts.asking import Asked, Asking, LinkTo, Trigger
from ivr.texts.limits import DropReason, Limits

_LIMITS = Limits(window_ms=0, per_day=6)  # of one template: nobody is flooded, whoever presses the button
_FOR_DOCTORS = ("card",)
_KNOWN = ("link", "hotline")  # filled anew
_PAID_OR_OVER = "this consult waits for no payment any more"


@dataclass(frozen=True, slots=True)
class Resending:
    database: Database
    vault: Vault
    asking: Asking
    desk: Desk

    def resend(self, deed: Deed, text_id: str) -> str:
        """The id of the new text. CannotBeDone when its link is void, when a rule forbids the text, and twice within a minute."""

        def work(tx: Tx) -> str:
            text = resendable(tx, text_id, deed.at)
            callers.lock(tx, text.caller_id)
            deed.not_twice(tx, Action.RESEND_LINK, text_id)
            asked = self._pay_link(tx, text, deed.at) if text.template == PAY_LINK else self._again(tx, text, deed.at)
            if asked is None:
                raise CannotBeDone("there is nobody to text, or no such template any more")
            if asked.dropped is not None:
                raise CannotBeDone(WHY_NOT.get(asked.dropped, f"a rule forbids this text: {asked.dropped}"))
            deed.note(tx, Action.RESEND_LINK, "text", text_id, text.caller_id, call=text.call_id, template=text.template)
            return asked.text_id

        return self.database.write(work)

    def _pay_link(self, tx: Tx, text: Row, at: int) -> Asked | None:
        link = links.get(tx, text.token)
        consult = consults.get(tx, link.ref, lock=True) if link is not None and link.ref else None
        if consult is None or consult.state != ConsultState.AWAITING_PAYMENT:  # it may have been paid since it was looked at
            raise CannotBeDone(_PAID_OR_OVER)
        return self.desk.text_link(tx, consult, at, check=False)

    def _again(self, tx: Tx, text: Row, at: int) -> Asked | None:
        link, line = links.get(tx, text.token), self.asking.lines.find(Phone(text.line))
        if link is None or line is None or text.template not in self.asking.templates:
            raise CannotBeDone("its line, or its template, is not in the files any more")
        kind = identify(callers.phone_of(tx, self.vault, text.caller_id).e164, self.asking.lines.numbers).kind
        language = Language(text.language)
        trigger = Trigger(text.call_id, text.caller_id, line, language, at)
        to = LinkTo(link.purpose, link.ref, link.expires_at - at)
        try:
            said = self.asking.templates.read(text.template, language, text.body, version=text.version) or {}
            values = {name: value for name, value in said.items() if name not in _KNOWN}
            return self.asking.ask(tx, trigger, kind, text.template, values=values, limits=_LIMITS, link=to)
        except TemplateError:
            raise CannotBeDone("its template was reworded since, and this text cannot be worded anew") from None


WHY_NOT = {
    DropReason.OPTED_OUT: "this caller has opted out of texts",
    DropReason.DAILY_LIMIT: "this caller has had this text as often as a day allows",
    DropReason.NO_PROVIDER: "texting is switched off in the settings",
}


def resendable(tx: Tx, text_id: str, at: int) -> Row:
    """The text, with a link that still opens something. CannotBeDone otherwise."""
    text = store.get(tx, text_id)
    link = links.get(tx, text.token) if text is not None and text.token else None
    if text is None or link is None or text.call_id is None or text.caller_id is None:
        raise CannotBeDone("there is no such text, or it had no link")
    if link.purpose in _FOR_DOCTORS:
        raise CannotBeDone("a consult card goes to its doctor alone, and by itself")
    if link.expires_at <= at:
        raise CannotBeDone("its link is void by now")
    if link.purpose == "app" and at >= text.not_after:
        raise CannotBeDone("the call that asked for it was too long ago: a late answer would be spam")
    if text.template == PAY_LINK and ((consult := consults.get(tx, link.ref)) is None or consult.state != ConsultState.AWAITING_PAYMENT):
        raise CannotBeDone(_PAID_OR_OVER)
    if link.purpose == "upload" and (consult := consults.get(tx, link.ref)) is not None and consult.state in OVER:
        raise CannotBeDone("its consult is over, and takes no films any more")
    if blocks.holds(tx, text.caller_id):
        raise CannotBeDone("this caller is blocked")
    return text
