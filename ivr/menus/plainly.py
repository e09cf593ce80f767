"""What is said to somebody of whom nothing can be looked up, nor asked of a flow."""

from ivr.flow.turns import Utterance
from ivr.lines import Lines
from ivr.menus.voicing import Voicing
from ivr.model.replies import Spoken
from ivr.model.values import Language


def plainly(voicing: Voicing, lines: Lines, provider: str, word: str, *first: Language) -> tuple[Spoken, ...]:
    """In one of `first`, or in a language that any caller of ours may know; () where it cannot be heard."""
    wanted = next((line.languages for line in lines if line.flow), ())
    for language in (*first, Language.ENGLISH, *wanted):
        if voicing.can_be_heard(provider, word, language) and not voicing.words.slots(word):
            return voicing.speak(provider, [Utterance(word, language)], 0)
    return ()
