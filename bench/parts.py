"""What a turn of the voice menu is made of, alone in one thread: the engine, a place and a reply through JSON, the XML of two providers."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from xml.etree.ElementTree import canonicalize

from plivo import plivoxml
from twilio.twiml.voice_response import Gather as TwilioGather
from twilio.twiml.voice_response import VoiceResponse

from bench.stage import BenchError
from ivr.callflows import Callflows, load_callflows
from ivr.flow.engine import advance, begin
from ivr.flow.turns import Frame, Place
from ivr.lines import Answer, Line
from ivr.menus.keeping import keep_place, keep_reply, read_place, read_reply
from ivr.menus.replying import Replying
from ivr.model.events import Pressed
from ivr.model.ids import new_id
from ivr.model.replies import Document, Gather, Reply, Say
from ivr.model.values import Language
from ivr.providers import plivo_documents, twilio_documents
from ivr.settings import load_settings

Work = Callable[[], object]

_IN_A_ROW = 50
_AT = 1_800_000_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Microseconds of one part and of its baseline, medians; `ratio` is the median of each round's own."""

    name: str
    us: float
    baseline: str
    baseline_us: float
    ratio: float


def part_rows(rounds: int = 25, round_s: float = 0.02) -> list[Part]:
    """As shipped: one key at the main menu of the hotline. BenchError when a baseline makes something else than we do."""
    files = load_callflows(load_settings())
    return [_measure(*row, rounds, round_s) for row in _rows(files)]


def _rows(files: Callflows) -> Iterator[tuple[str, Work, str, Work]]:
    """Name, ours, the baseline's name, the baseline."""
    line = next(line for line in files.lines if isinstance(line.action, Answer))
    place = _main_menu(files, line)
    by_plivo, by_twilio = _reply(files, line, place, "plivo"), _reply(files, line, place, "twilio")
    plain = json.loads(keep_place(place))
    both = [plain, json.loads(keep_reply(by_plivo))]
    kept_and_read = partial(_kept_and_read, place, by_plivo)
    yield "engine step", partial(advance, files.book, place, Pressed("*"), {}), "a place through plain JSON", partial(_through_json, plain)
    yield "place and reply, kept+read", kept_and_read, "the same through plain JSON", partial(_through_json, both)
    yield "render, plivo", *_same(partial(plivo_documents.render, by_plivo), partial(_plivo_sdk, by_plivo))
    yield "render, twilio", *_same(partial(twilio_documents.render, by_twilio), partial(_twilio_sdk, by_twilio))


def _kept_and_read(place: Place, reply: Gather) -> tuple[Place, Reply]:
    return read_place(keep_place(place)), read_reply(keep_reply(reply), None)


def _through_json(plain: object) -> object:
    return json.loads(json.dumps(plain, ensure_ascii=False))


def _same(ours: Callable[[], Document], sdk: Callable[[], str]) -> tuple[Work, str, Work]:
    """Two makers of one document; BenchError when it is not the same."""
    if canonicalize(ours().body) != canonicalize(sdk()):
        raise BenchError(f"the SDK's document is another than ours:\n{sdk()}\n{ours().body.decode()}")
    return ours, "its SDK", sdk


def _main_menu(files: Callflows, line: Line) -> Place:
    flow = files.book.flows[line.flow or ""]
    begun = begin(files.book, flow.name, Language.ENGLISH, (Language.ENGLISH, Language.HINDI))
    return replace(begun, frames=(Frame(flow.name, "main_menu", flow.version),), turns=3)


def _reply(files: Callflows, line: Line, place: Place, provider: str) -> Gather:
    """What `*` is answered with: the main menu."""
    turn = advance(files.book, place, Pressed("*"), {})
    reply = Replying(files.voicing, load_settings(), None).reply(turn, provider, line, new_id(_AT), 3, _AT)
    if not isinstance(reply, Gather) or not all(isinstance(each, Say) for each in reply.spoken):
        raise BenchError("the hotline's main menu asks for no key, or is recorded: the baselines would have to be as well")
    return reply


def _plivo_sdk(reply: Gather) -> str:
    listening = plivoxml.GetInputElement(
        action=reply.next_url,
        method="POST",
        input_type="dtmf",
        execution_timeout=reply.silence_s,
        digit_end_timeout=reply.silence_s,
        finish_on_key="none",
        num_digits=reply.digits,
        redirect=True,
        log=False,
    )
    for each in reply.spoken:
        if isinstance(each, Say):
            listening.add(plivoxml.SpeakElement(each.text, voice=each.voice.name, language=each.voice.tag))
    again = plivoxml.RedirectElement(reply.next_url, method="POST")
    document: str = plivoxml.ResponseElement().add(listening).add(again).to_string(pretty=False)
    return document


def _twilio_sdk(reply: Gather) -> str:
    listening = TwilioGather(
        action=reply.next_url,
        method="POST",
        input="dtmf",
        timeout=reply.silence_s,
        finish_on_key="",
        num_digits=reply.digits,
        action_on_empty_result=True,
    )
    for each in reply.spoken:
        if isinstance(each, Say):
            listening.say(each.text, voice=each.voice.name, language=each.voice.tag)
    response = VoiceResponse()
    response.append(listening)
    return str(response)


def _measure(name: str, ours: Work, baseline: str, theirs: Work, rounds: int, round_s: float) -> Part:
    pairs = [(_us(ours, round_s), _us(theirs, round_s)) for _ in range(rounds)]
    us, baseline_us = (median(each) for each in zip(*pairs, strict=True))
    return Part(name, us, baseline, baseline_us, median(mine / other for mine, other in pairs))


def _us(work: Work, round_s: float) -> float:
    """CPU of one of many in a row."""
    done, began = 0, time.process_time()
    while (spent := time.process_time() - began) < round_s:
        for _ in range(_IN_A_ROW):
            work()
        done += _IN_A_ROW
    return spent / done * 1e6
