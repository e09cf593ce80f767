"""What is said in one turn, with the values that it speaks of."""

from collections.abc import Mapping
from dataclasses import replace

from ivr.flow import vocabulary
from ivr.flow.model import Book
from ivr.flow.turns import FactValue, Place, Utterance
from ivr.model.values import Language


class Speaking:
    """Gathers what is said and asked; what was told stands in the place."""

    def __init__(self, book: Book, place: Place, facts: Mapping[str, FactValue]) -> None:
        self.book = book
        self.place = place
        self.said: list[Utterance] = []
        self.asked: dict[str, FactValue] = {}
        self._facts = facts

    def _fact(self, name: str) -> FactValue:
        if name not in self.asked:
            self.asked[name] = self._facts[name]
        return self.asked[name]

    def _value(self, name: str) -> FactValue:
        """An answer of the caller's, or a fact: told once, it stands, so that a time offered is the time booked."""
        if name in self.place.answers:
            return self.place.answers[name]
        if name in vocabulary.PERISHABLE:  # who cancels and buys anew has another code to pay by
            return self._fact(name)
        if name not in self.place.told:
            self.place = replace(self.place, told={**self.place.told, name: self._fact(name)})
        return self.place.told[name]

    def _ceased(self, words: tuple[str, ...]) -> bool:
        """Whether they speak of what is no more."""
        facts = [vocabulary.PERISHABLE.get(slot) for word in words for slot in self.book.slots.get(word, ())]
        return any(fact and self._fact(fact) is not True for fact in facts)

    def _say(self, words: tuple[str, ...], language: Language | None = None, **own: FactValue) -> None:
        """Speak them, save those that speak of what is no more."""
        for word in words:
            if self._ceased((word,)):
                continue
            values: dict[str, FactValue] = {}
            for slot in self.book.slots.get(word, ()):
                values[slot] = own[slot] if slot in own else self._value(slot)
            self.said.append(Utterance(word, language or self.place.language, values))
