"""Each step by itself: does what it names exist, and do its keys mean what they mean everywhere?"""

from collections.abc import Collection, Mapping
from re import compile as regex

from ivr.flow.check.case import Case, known
from ivr.flow.check.edges import edges
from ivr.flow.model import Ask, Branch, ChooseLanguage, Do, Flow, Goto, Hold, Menu, RingPhone, Run, Step
from ivr.flow.vocabulary import MOST_KEYS_BESIDES, OFFERED, REPEAT, SCREEN_RESULTS, TEXT_SLOTS
from ivr.flow.vocabulary_connecting import DISPOSITIONS
from ivr.model.replies import MOST_DIGITS

MOST_CHOICES = 4
LANGUAGE_KEY, HELP_KEY = "9", "0"
_SERVED = regex(r"[A-Za-z0-9._-]+\.(mp3|wav)")  # by /audio


def check_steps(case: Case, flow: Flow) -> None:
    """Faults of names and keys; a flow with one that hides a path is marked as broken."""
    if flow.start and flow.start not in flow.steps and not _told(flow, flow.start):
        case.breaks(flow, "", "start", f"start is no step of this file: {flow.start}; {known(flow.start, flow.steps)}")
    _check_flow_keys(case, flow)
    for name, step in flow.steps.items():
        _check_destinations(case, flow, name, step)
        _check_named(case, flow, name, step)
        if isinstance(step, Menu | Hold):
            _check_keys(case, flow, name, step)


def _told(flow: Flow, step: str) -> bool:
    """It is written, but could not be read: somebody has said so."""
    return step in flow.lines


def _check_destinations(case: Case, flow: Flow, name: str, step: Step) -> None:
    for edge in edges(flow, step):
        if edge.to and edge.to not in flow.steps and not _told(flow, edge.to) and not edge.part.startswith("keys."):
            remedy = known(edge.to, flow.steps)
            case.breaks(flow, name, edge.part, f"{edge.part} leads to {edge.to}, and there is no such step; {remedy}")


def _check_flow_keys(case: Case, flow: Flow) -> None:
    for key, to in flow.keys.items():
        part = f"keys.{key}"
        if key == REPEAT:
            case.breaks(flow, "", part, "* repeats everywhere, so it leads nowhere; leave it out")
        elif to and to not in flow.steps:
            if not _told(flow, to):
                case.breaks(flow, "", part, f"key {key} leads to {to}, and there is no such step; {known(to, flow.steps)}")
        elif key == LANGUAGE_KEY and to and not isinstance(flow.steps[to], ChooseLanguage):
            case.fault(flow, "", part, f"9 is the choice of language everywhere, and {to} is none; lead it to a `language` step")


def _check_keys(case: Case, flow: Flow, name: str, step: Menu | Hold) -> None:
    remedies = {
        LANGUAGE_KEY: "9 is the choice of language everywhere; put it under the file's `keys`, and another key here",
        HELP_KEY: "0 is help everywhere; put it under the file's `keys`, and another key here",
        REPEAT: "* repeats everywhere; take another key",
    }
    for key in step.keys:
        if key in remedies:
            case.fault(flow, name, key, remedies[key])
    choices = [key for key in step.keys if key not in MOST_KEYS_BESIDES]
    if len(choices) > MOST_CHOICES:
        case.fault(flow, name, "menu", f"{len(choices)} choices are more than anybody keeps in mind; {MOST_CHOICES} at most, in two menus")
    if isinstance(step, Menu) and not step.keys and not step.any_key:
        case.fault(flow, name, "menu", "no key leads anywhere; add `1:` or `any_key:`, or make it a `say`")


def _check_named(case: Case, flow: Flow, name: str, step: Step) -> None:
    match step:
        case Branch(fact):
            _check_known(case, flow, (name, "branch", "fact"), fact, case.vocabulary.yes_or_no)
        case Hold():
            _check_hold(case, flow, name, step)
        case Do():
            _check_effect(case, flow, name, step)
        case Ask():
            _check_answer(case, flow, name, step)
        case RingPhone(who):
            _check_known(case, flow, (name, "ring", "phone"), who, dict.fromkeys(case.vocabulary.who, ""))
        case Run(other) | Goto(other) if case.whole and other and other not in case.book.flows:
            part = "run" if isinstance(step, Run) else "goto"
            case.breaks(flow, name, part, f"there is no flow {other}; {known(other, case.book.flows)}")
        case _:
            pass


def _check_known(case: Case, flow: Flow, place: tuple[str, str, str], name: str, options: Mapping[str, object]) -> bool:
    step, part, what = place
    if name and name not in options:
        case.fault(flow, step, part, f"there is no {what} {name}; {known(name, options)}")
    return name in options


def _check_hold(case: Case, flow: Flow, name: str, step: Hold) -> None:
    _check_known(case, flow, (name, "until", "fact"), step.until, case.vocabulary.yes_or_no)
    if step.music and not _SERVED.fullmatch(step.music):
        message = "music is a file whose name has letters, digits, dots, _ and - only, and ends in .mp3 or .wav; rename it"
        case.fault(flow, name, "music", message)
    elif step.music and step.music not in case.music:
        case.fault(flow, name, "music", f"there is no {step.music} in callflows/audio; put it there, or leave music out")


def _check_effect(case: Case, flow: Flow, name: str, step: Do) -> None:
    if not _check_known(case, flow, (name, "do", "effect"), step.effect, case.vocabulary.effects):
        return
    needs = case.vocabulary.effects[step.effect].arguments
    if len(needs) != len(step.arguments):
        form = " ".join([step.effect, *map(str.upper, needs)])
        takes = len(needs) or "nothing"
        case.fault(flow, name, "do", f"{step.effect} takes {takes} after it, not {len(step.arguments)}; write: do: {form}")
        return
    for kind, argument in zip(needs, step.arguments, strict=True):
        if kind == "template" and case.templates is not None:
            _check_template(case, flow, name, argument, case.templates)
        elif kind == "slot":
            _check_known(case, flow, (name, "do", "time to book called"), argument, dict.fromkeys(OFFERED, ""))
        elif kind == "screen_result":
            _check_known(case, flow, (name, "do", "end of a screen called"), argument, dict.fromkeys(SCREEN_RESULTS, ""))
        elif kind == "disposition":
            _check_known(case, flow, (name, "do", "end of a talk called"), argument, dict.fromkeys(DISPOSITIONS, ""))


def _check_template(case: Case, flow: Flow, name: str, template: str, templates: Mapping[str, Collection[str]]) -> None:
    if not _check_known(case, flow, (name, "do", "template in texts.yaml called"), template, templates):
        return
    if needed := set(templates[template]) - TEXT_SLOTS:
        message = f"a flow cannot fill {{{', '.join(sorted(needed))}}} of {template}; use a template with link and hotline only"
        case.fault(flow, name, "do", message)


def _check_answer(case: Case, flow: Flow, name: str, step: Ask) -> None:
    if not _check_known(case, flow, (name, "answer", "kind of answer"), step.answer, case.vocabulary.answers):
        return
    if step.name in case.vocabulary.yes_or_no or step.name in case.vocabulary.values:
        case.fault(flow, name, "as", f"{step.name} is told by us, so no answer can be called so; choose another name for `as`")
    elif step.name in case.vocabulary.answers and step.name != step.answer:
        message = f"{step.name} is a kind of answer, and this one is of kind {step.answer}; choose another name for `as`"
        case.fault(flow, name, "as", message)
    answer = case.vocabulary.answers[step.answer]
    if answer.digits > MOST_DIGITS:
        message = f"{step.answer} takes {answer.digits} digits; {MOST_DIGITS} at most, so that no card number can be keyed in"
        case.fault(flow, name, "answer", message)
    if not answer.required <= set(step.then) <= set(answer.outcomes):
        fields = " and ".join(f"`{outcome or 'then'}:`" for outcome in answer.outcomes if outcome in answer.required)
        fields += "".join(f" and may by `{outcome}:`" for outcome in answer.outcomes if outcome not in answer.required)
        case.breaks(flow, name, "ask", f"an answer of kind {step.answer} leads on by {fields}, and by nothing else; write that")
