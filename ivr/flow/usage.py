"""Which flows and words a caller of a flow may come to hear."""

from collections.abc import Iterator

from ivr.flow.model import Ask, Book, ChooseLanguage, End, Flow, Goto, Hold, JoinRoom, Menu, RingPhone, Run, Say, Settle, Step, VoiceNote


def reachable_flows(book: Book, flow: str) -> list[str]:
    """The flow itself, and those it runs or goes on to, each once."""
    found = [flow]
    for name in found:  # grows while we look
        for step in book.flows[name].steps.values():
            if isinstance(step, Run | Goto) and step.flow in book.flows and step.flow not in found:
                found.append(step.flow)
    return found


def words_of_flow(book: Book, flow: str) -> list[str]:
    """Every word of it and of the flows it leads to, each once."""
    named = [word for name in reachable_flows(book, flow) for word in _words_of(book.flows[name])]
    return list(dict.fromkeys(named))


def words_of_step(step: Step) -> Iterator[str]:
    """The words of a step, those of its policies included."""
    match step:
        case Say() | Hold() | RingPhone() | Settle() | JoinRoom() | End():
            yield from step.words
        case VoiceNote():
            yield from (*step.consent, *step.words)
        case Menu() | ChooseLanguage() | Ask():
            yield from step.words
            for policy in (step.silence, step.wrong_key):
                yield from (*policy.say, *policy.prompt)


def _words_of(flow: Flow) -> Iterator[str]:
    if flow.resume:
        yield flow.resume
    for step in flow.steps.values():
        yield from words_of_step(step)
