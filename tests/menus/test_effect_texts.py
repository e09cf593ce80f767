"""What the console says of a flow's texts agrees with what the effects send."""

import re

from ivr.flow.loader import examine
from ivr.flow.vocabulary import EFFECTS
from ivr.menus.effect_texts import EFFECT_TEXTS, texts_sent
from ivr.settings import ROOT
from ivr.texts.templates import load_templates


def test_every_effect_is_one_of_the_vocabulary_and_every_text_one_of_the_clinic() -> None:
    templates = load_templates(ROOT / "callflows")
    assert {key.split()[0] for key in EFFECT_TEXTS} <= set(EFFECTS)
    assert {name for names in EFFECT_TEXTS.values() for name in names} <= set(templates)


def test_an_effect_that_says_it_texts_has_its_text_here() -> None:
    told = {name for name, kind in EFFECTS.items() if re.search(r"\btexts?\b", kind.about)}
    assert told - {"send_text"} <= {key.split()[0] for key in EFFECT_TEXTS}


def test_the_texts_of_a_flow_name_the_steps_that_bring_them_about() -> None:
    book = examine(ROOT / "callflows").book
    assert texts_sent(book.flows["hotline"]) == {
        "call_booked": ("book_first", "book_second"),
        "grievance_noted": ("write_down",),
        "menu_link": ("send_link", "send_link_anyway"),
    }
    assert texts_sent(book.flows["triage"])["emergency"]
