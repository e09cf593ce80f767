"""What phones do by themselves: doctors who accept, pass, go off duty, say nothing, come late, drop out."""

import pytest
from far_end import CALLER, LINE, Answer, plivo_document, plivo_menu, twilio_menu
from test_sandbox_rooms import heard, room

DOCTOR = "+919845077777"
BOTH = pytest.mark.parametrize("provider", ["plivo", "twilio"])


@pytest.fixture
def rung(world, product, place, pass_time):
    """A doctor's phone that is rung, and whose flow asks for a key for ten seconds; the call's id, six seconds later."""

    def ring(provider, manner):
        world.behave(DOCTOR, manner)
        asks = (
            plivo_document(plivo_menu(f"{product.url}/turn", execution_timeout=10))
            if provider == "plivo"
            else twilio_menu("/turn", timeout=10)
        )
        product.answers("/answer", Answer(str(asks)))
        product.answers("/turn", Answer("<Response><Hangup/></Response>"))
        call_id = place[provider](to={"plivo": DOCTOR[1:], "twilio": DOCTOR}[provider])
        pass_time(5_600)
        return call_id

    return ring


@BOTH
@pytest.mark.parametrize(("manner", "key"), [("accepts", "1"), ("passes", "2"), ("goes off", "3"), ("drops", "1"), ("accepts 180", "1")])
def test_a_doctor_answers_after_five_seconds_and_presses_two_seconds_later(world, product, rung, pass_time, provider, manner, key):
    call_id = rung(provider, manner)
    assert (world.call(call_id).state, world.manner(DOCTOR), world.call(call_id).pressed) == ("live", manner, "")
    pass_time(1_800)
    assert world.call(call_id).pressed == key
    pass_time(500)
    assert product.at("/turn")[0].params["Digits"] == key


@BOTH
def test_a_doctor_presses_once_however_many_menus_follow(world, product, rung, pass_time, provider):
    call_id = rung(provider, "accepts")
    product.answers(
        "/turn", Answer(plivo_document(plivo_menu(f"{product.url}/turn")) if provider == "plivo" else str(twilio_menu("/turn")))
    )
    pass_time(12_000)
    assert world.call(call_id).pressed == "1"


@BOTH
def test_one_who_is_silent_presses_nothing(world, rung, pass_time, provider):
    call_id = rung(provider, "silent")
    pass_time(60_000)
    assert (world.call(call_id).pressed, world.call(call_id).state) == ("", "over")


@BOTH
def test_one_who_is_late_presses_nothing_while_there_is_time(world, rung, pass_time, provider):
    call_id = rung(provider, "late")
    pass_time(12_000)
    assert (world.call(call_id).state, world.call(call_id).pressed) == ("over", "")


@BOTH
def test_a_late_key_is_pressed_all_the_same(world, product, place, pass_time, provider):
    world.behave(CALLER, "late")
    wait = {"plivo": '<Wait length="60"/>', "twilio": '<Pause length="60"/>'}[provider]
    product.answers("/answer", Answer(f"<Response>{wait}</Response>"))
    call_id = place[provider]()
    pass_time(25_000)
    assert world.call(call_id).pressed == ""
    pass_time(1_000)
    assert world.call(call_id).pressed == "1"


@BOTH
@pytest.mark.parametrize(("manner", "stays_s"), [("drops", 40), ("accepts 180", 180)])
def test_one_hangs_up_so_long_after_being_joined_with_somebody(world, product, rung, pass_time, provider, manner, stays_s):
    doctor = rung(provider, manner)
    product.answers("/turn", room(product, provider))
    product.answers("/left", Answer("<Response><Hangup/></Response>"))
    pass_time(100_000)
    assert (world.call(doctor).room, world.call(doctor).state) == ("consult-1", "live")
    product.answers(f"/voice/{provider}", room(product, provider))
    patient = world.dial(CALLER, LINE, provider)
    pass_time(1000 * stays_s - 500)
    assert world.call(doctor).state == "live"
    pass_time(1_000)
    assert (world.call(doctor).state, heard(world, patient)[-2:]) == ("over", [f"left {DOCTOR}", "silence"])


@BOTH
def test_voicemail_answers_late_and_listens(world, product, place, pass_time, provider):
    world.behave(CALLER, "voicemail")
    call_id = place[provider]()
    pass_time(15_000)
    assert world.call(call_id).state == "ringing"
    pass_time(1_000)
    assert world.call(call_id).answered


@pytest.mark.parametrize("manner", ["rude", "passes 20", "accepts 0", "accepts soon", ""])
def test_there_are_no_other_manners(world, manner):
    with pytest.raises(ValueError, match="no phone behaves like"):
        world.behave(DOCTOR, manner)
