"""What a doctor reads on a card, in English. Places are written {name}; nothing here is markup."""

from collections.abc import Mapping

from markupsafe import Markup, escape

CARD: Mapping[str, str] = {
    "gone_title": "This card is not yours any more",
    "gone": "Another doctor has taken this consult, or there is none. If that is wrong, please ring the clinic.",
    "pin_title": "Consult {reference}",
    "pin_intro": "{doctor}, please enter your PIN to see what the patient told us.",
    "pin": "Your PIN (six digits)",
    "pin_button": "Open the card",
    "pin_none": "You have not chosen a PIN yet. Ring the clinic: they set the one that you choose, and this link opens the card then.",
    "pin_locked": (
        "This card is locked, because a wrong PIN was entered five times. Ring the clinic: they set a new PIN with you, "
        "and the card opens with it."
    ),
    "pin_shape": "The PIN has six digits.",
    "pin_wrong": "That is not your PIN. Tries left: {left}.",
    "many": "Too many tries. Please wait 15 minutes, then try again.",
    "form": "That did not come from this page, so nothing was done. Please try once more.",
    "away": "We cannot reach our records just now. Please try again in a minute.",
    "closed": "The card had closed: it stays open for 30 minutes. What you wrote is kept until you enter your PIN.",
    "closed_plain": "The card had closed: it stays open for 30 minutes. Please enter your PIN.",
    "closed_upload": "The card had closed: it stays open for 30 minutes. Please enter your PIN, then choose the prescription once more.",
    "heavy": "Those files are too large together: {megabytes} MB each, and {most} at most.",
    "busy": "Other prescriptions are coming in just now, so nothing was sent. Nothing is lost: choose the files again in a moment.",
    "not_talked": "Nothing was sent: you have not talked with this patient yet, and nobody can prescribe for whom they have not heard.",
    "none_chosen": "Choose the prescription first: a photo or a PDF.",
    "not_attested": "Nothing was sent: please tick what you attest, then choose the files once more.",
    "not_all": "Nothing was sent. Please see what was wrong, and choose all pages once more.",
    "full": "there are as many pages as we can take; nothing was sent.",
    "which": "File {number}:",
    "empty": "it is empty.",
    "too_large": "it is larger than {megabytes} MB.",
    "no_picture": "it is neither a photo (JPEG, PNG, WebP) nor a PDF.",
    "broken": "it came damaged. Please try once more.",
    "too_many_pixels": "its picture is too large. A screenshot of it will do.",
    "locked": "this PDF has a password. Save it without one.",
    "active": "this PDF has scripts or files inside. Print it into a new PDF.",
    "too_long": "this PDF has too many pages.",
    "patient": "Patient",
    "unnamed": "Name not given",
    "for_self": "(rang for themselves)",
    "for_another": "(somebody else rang for them)",
    "unknown": "not known",
    "age": "Age",
    "pain": "Pain",
    "rang": "Rang us",
    "flags": "Mind",
    "films": "X-rays and scans from the patient",
    "film": "Photo {number}",
    "no_films": "None yet. The patient has a link to send them; they appear here when you load this page again.",
    "earlier": "Earlier consults with this clinic",
    "earlier_other": "These were for somebody else of the same telephone too, not surely for the same patient.",
    "no_earlier": "None.",
    "undisposed": "no outcome noted",
    "note": "Your note",
    "note_kept": "Encrypted, and kept as the clinical record.",
    "note_button": "Save the note",
    "prescription": "Prescription",
    "registration": "{council}, registration {registration}",
    "lists_first": "First consultation by telephone: medicines of List O only.",
    "lists_follow_up": "Follow-up by telephone: medicines of Lists O, A (to go on with) and B (to add).",
    "lists_never": "Never by telephone: Schedule X, and anything under the NDPS Act (Telemedicine Practice Guidelines 2020).",
    "attest_first": (
        "I attest: this prescribes List O medicines only, nothing of Schedule X or under the NDPS Act. "
        "It bears my name, registration number and signature, and the patient’s name and age."
    ),
    "attest_follow_up": (
        "I attest: this prescribes medicines of Lists O, A and B only, nothing of Schedule X or under the NDPS Act. "
        "It bears my name, registration number and signature, and the patient’s name and age."
    ),
    "paper_choose": "Photo or PDF of the prescription",
    "paper_must": "{most} files at most, {megabytes} MB each. It must bear your name and registration number as above.",
    "paper_button": "Send it to the patient",
    "paper": "Page {number}",
    "sent": "Sent to the patient on {at}.",
    "promised": "Promised on {at}, and not sent yet. It stays open until you send it.",
    "promise": "I will send a prescription later",
    "unpromise": "No prescription is needed after all",
    "close": "Close this card",
    "open_for": "It closes by itself after 30 minutes.",
    "note_saved": "Your note is saved.",
    "prescription_sent": "The prescription is with the patient.",
}


def say(row: str, /, **places: object) -> Markup:
    """A row, safe for a page, values escaped. KeyError for a row or a place that is not there."""
    return escape(CARD[row]).format(**places)
