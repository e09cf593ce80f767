"""Steps: one reader for each kind of step, and the fields it has. The loader, the JSON Schema and the manual go by this table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ivr.flow import model, shapes
from ivr.flow.model import Policy, Step
from ivr.flow.shapes import Field, T
from ivr.sheet import Cell, Table, shown

_THEN = Field("then", shapes.STEP, "the next step")
_SILENCE = Field("silence", shapes.POLICY, "for a caller who presses nothing", required=False)
_WRONG_KEY = Field("wrong_key", shapes.POLICY, "for a key that means nothing here", required=False)

_SAY = Field("say", shapes.WORDS, "says these words")
_MENU = Field("menu", shapes.WORDS, "says these words and takes one key")
_ANY_KEY = Field("any_key", shapes.STEP, "where every key leads that has no step of its own", required=False)
_LANGUAGE = Field("language", shapes.WORDS, "each language on offer says this with its key; skipped where there is but one")
_ASK = Field("ask", shapes.WORDS, "says these words and takes digits")
_ANSWER = Field("answer", shapes.ANSWER, "what the digits are")
_AS = Field("as", shapes.NAME_OF_ANY, "the name that the answer is kept under; the kind's own unless given", required=False)
_ONLY_THEN = Field("then", shapes.STEP, "the next step; a yes_no answer has yes and no instead", required=False)
_IF_YES = Field("yes", shapes.STEP, "the step after yes", required=False)
_IF_NO = Field("no", shapes.STEP, "the step after no", required=False)
_IF_MINOR = Field("minor", shapes.STEP, "the step after an age under eighteen; `then` for all unless given", required=False)
_BRANCH = Field("branch", shapes.FACT, "a fact that is true or not")
_YES = Field("yes", shapes.STEP, "the step when it is true")
_NO = Field("no", shapes.STEP, "the step when it is not")
_DO = Field("do", shapes.EFFECT, "an effect and its arguments")
_HOLD = Field("hold", shapes.LAST_WORDS, "says these words and waits, again and again")
_EVERY = Field("every", shapes.whole(5, 120, 20), "seconds between two times the words are heard", required=False)
_WAIT = Field("at_most", shapes.whole(5, 1800), "seconds to wait in all")
_MUSIC = Field("music", shapes.FILE, "a file of callflows/audio", required=False)
_UNTIL = Field("until", shapes.FACT, "the fact that ends the waiting", required=False)
_READY = Field("ready", shapes.STEP, "where that leads", required=False)
_RECORD = Field("record", shapes.WORDS, "said before the tone")
_CONSENT = Field("consent", shapes.WORDS, "asks for key 1 before anything is recorded")
_LONGEST = Field("at_most", shapes.whole(5, 300), "seconds of a voice note")
_REFUSED = Field("refused", shapes.STEP, "the step without consent, or without a note")
_RING = Field("ring", shapes.WHO, "whose phone rings")
_BEFORE = Field("say", shapes.WORDS, "said before it rings", required=False)
_ANSWERED = Field("answered", shapes.STEP, "the step after they have talked")
_OTHERWISE = Field("otherwise", shapes.STEP, "the step when nobody answers")
_SETTLE = Field("settle", shapes.LAST_WORDS, "says these words and ends the turn: what was wished for is done before the next step")
_JOIN = Field("join", shapes.LAST_WORDS, "says these words, then joins the patient and the doctor of a consult in its room")
_RUN = Field("run", shapes.FLOW, "a flow to go through, then come back")
_ON = Field("on", shapes.OUTCOMES, "each outcome of that flow and the step it leads to")
_GOTO = Field("goto", shapes.FLOW, "a flow to go on with, for good")
_RETURN = Field("return", shapes.NAME_OF_ANY, "the outcome that the running flow is told")
_HANG_UP = Field("hang_up", shapes.LAST_WORDS, "last words; `[]` for none")


@dataclass(frozen=True, slots=True)
class Defaults:
    """Policies of the file, for steps without their own."""

    silence: Policy | None = None
    wrong_key: Policy | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One step as written. A field that is absent, or faulty and told, reads as its shape's `absent`."""

    cell: Cell
    cells: Table
    defaults: Defaults

    def read(self, field: Field[T]) -> T:
        return field.shape.read(self.cells[field.name]) if field.name in self.cells else field.shape.absent

    def keys(self) -> Mapping[str, str]:
        return MappingProxyType({key: shapes.read_name(self.cells[key]) for key in self.cells if key in shapes.KEYS})

    def policies(self) -> tuple[Policy, Policy]:
        return self._policy(_SILENCE, self.defaults.silence), self._policy(_WRONG_KEY, self.defaults.wrong_key)

    def _policy(self, field: Field[Policy | None], default: Policy | None) -> Policy:
        policy = self.read(field) or default
        if policy is None:
            self.cell.fault(f"there is no way on {field.about}; add `{field.name}:` here, or to the file for all its steps")
        return policy or Policy("")


@dataclass(frozen=True, slots=True)
class Kind:
    """The first field names the kind. `keys`: keys of the phone may stand beside the fields."""

    read: Callable[[Row], Step]
    fields: tuple[Field[str] | Field[int] | Field[tuple[str, ...]] | Field[Policy | None] | Field[Mapping[str, str]], ...]
    keys: bool = False

    @property
    def required(self) -> list[str]:
        return [field.name for field in self.fields if field.required]

    @property
    def optional(self) -> list[str]:
        return [*(field.name for field in self.fields if not field.required), *(shapes.KEYS if self.keys else ())]


def _menu(row: Row) -> Step:
    return model.Menu(row.read(_MENU), row.keys(), *row.policies(), any_key=row.read(_ANY_KEY) or None)


def _language(row: Row) -> Step:
    return model.ChooseLanguage(row.read(_LANGUAGE), row.read(_THEN), *row.policies())


def _ask(row: Row) -> Step:
    answer = row.read(_ANSWER)
    written = {"": row.read(_ONLY_THEN), "yes": row.read(_IF_YES), "no": row.read(_IF_NO), "minor": row.read(_IF_MINOR)}
    then = MappingProxyType({outcome: step for outcome, step in written.items() if step})
    return model.Ask(row.read(_ASK), row.read(_AS) or answer, answer, then, *row.policies())


def _do(row: Row) -> Step:
    effect, *arguments = row.read(_DO).split() or [""]
    return model.Do(effect, tuple(arguments), row.read(_THEN))


def _hold(row: Row) -> Step:
    every, longest, music, until = row.read(_EVERY), row.read(_WAIT), row.read(_MUSIC), row.read(_UNTIL)
    if 0 < longest < every:
        row.cell.fault(f"at_most is less than every ({every} seconds); wait longer in all, or speak more often")
    if ("until" in row.cells) != ("ready" in row.cells):
        row.cell.fault("until and ready belong together: the fact that ends the waiting, and where that leads")
    if not row.read(_HOLD) and not music:
        row.cell.fault("a caller would wait in silence and take the line for dead; give it words or music")
    return model.Hold(row.read(_HOLD), row.keys(), every, longest, row.read(_THEN), music, until, row.read(_READY))


KINDS: Mapping[str, Kind] = {
    "say": Kind(lambda row: model.Say(row.read(_SAY), row.read(_THEN)), (_SAY, _THEN)),
    "menu": Kind(_menu, (_MENU, _ANY_KEY, _SILENCE, _WRONG_KEY), keys=True),
    "language": Kind(_language, (_LANGUAGE, _THEN, _SILENCE, _WRONG_KEY)),
    "ask": Kind(_ask, (_ASK, _ANSWER, _AS, _ONLY_THEN, _IF_YES, _IF_NO, _IF_MINOR, _SILENCE, _WRONG_KEY)),
    "branch": Kind(lambda row: model.Branch(row.read(_BRANCH), row.read(_YES), row.read(_NO)), (_BRANCH, _YES, _NO)),
    "do": Kind(_do, (_DO, _THEN)),
    "hold": Kind(_hold, (_HOLD, _EVERY, _WAIT, _MUSIC, _UNTIL, _READY, _THEN), keys=True),
    "record": Kind(
        lambda row: model.VoiceNote(row.read(_CONSENT), row.read(_RECORD), row.read(_LONGEST), row.read(_THEN), row.read(_REFUSED)),
        (_RECORD, _CONSENT, _LONGEST, _THEN, _REFUSED),
    ),
    "ring": Kind(
        lambda row: model.RingPhone(row.read(_RING), row.read(_BEFORE), row.read(_ANSWERED), row.read(_OTHERWISE)),
        (_RING, _BEFORE, _ANSWERED, _OTHERWISE),
    ),
    "settle": Kind(lambda row: model.Settle(row.read(_SETTLE), row.read(_THEN)), (_SETTLE, _THEN)),
    "join": Kind(lambda row: model.JoinRoom(row.read(_JOIN), row.read(_THEN)), (_JOIN, _THEN)),
    "run": Kind(lambda row: model.Run(row.read(_RUN), row.read(_ON)), (_RUN, _ON)),
    "goto": Kind(lambda row: model.Goto(row.read(_GOTO)), (_GOTO,)),
    "return": Kind(lambda row: model.Return(row.read(_RETURN)), (_RETURN,)),
    "hang_up": Kind(lambda row: model.End(row.read(_HANG_UP)), (_HANG_UP,)),
}


def read_step(cell: Cell, defaults: Defaults) -> Step | None:
    """The step in `cell`; None when its kind cannot be told. Faults go to the sheet."""
    name = _kind(cell)
    if name is None:
        return None
    kind = KINDS[name]
    return kind.read(Row(cell, cell.table(kind.required, kind.optional), defaults))


def _kind(cell: Cell) -> str | None:
    """A step is of the kind it has a key of, save that `ring` has a `say` of its own."""
    written = cell.entries()
    if not cell.is_table:
        return None
    found = [kind for kind in KINDS if kind in written]
    if found == ["say", "ring"]:
        found = ["ring"]
    if len(found) == 1:
        return found[0]
    if found:
        cell.fault(f"this is {' and '.join(found)} at once; make a step of each")
    else:
        cell.fault(f"what does this step do? {shown(', '.join(written))} is none of: {', '.join(KINDS)}")
    return None
