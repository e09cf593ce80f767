"""The softphone, as somebody uses it who has just typed `make run`."""

import re
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Accessible, Browse
from tests.browser.pages import consult_ends, open_softphone, play_consult, talk_begins
from tests.browser.product import Product

pytestmark = pytest.mark.unmeasured

_NUMBERS = count(1)


@pytest.fixture
def softphone(product: Product, page: Page) -> Page:
    """The page, with a caller's number that nobody has used yet."""
    return opened(product, page)


def opened(product: Product, page: Page, query: str = "") -> Page:
    open_softphone(product, page, query)
    page.get_by_label("This phone’s number").fill(f"+91984507{next(_NUMBERS):04d}")
    page.get_by_label("This phone’s number").press("Tab")
    return page


def caller(page: Page) -> Locator:
    return page.get_by_role("article", name="Caller")


def texts(page: Page) -> Locator:
    return caller(page).locator(".text")


def test_a_missed_call_becomes_an_sms_whose_link_opens(softphone: Page) -> None:
    softphone.get_by_role("button", name="Ring 08061914343, Hotline").click()

    expect(caller(softphone).get_by_text("Busy tone: nobody answered, nothing was charged")).to_be_visible()
    expect(texts(softphone)).to_contain_text("Here is our app, as you asked")
    with softphone.context.expect_page() as tab:
        texts(softphone).get_by_role("link").click()
    expect(tab.value.get_by_role("heading", name="Get the app")).to_be_visible()


def test_the_keyboard_alone_gives_a_missed_call(softphone: Page) -> None:
    for _ in range(20):
        softphone.keyboard.press("Tab")
        if softphone.evaluate("document.activeElement.id") == "missed":
            break
    softphone.keyboard.press("Enter")

    expect(texts(softphone)).to_contain_text("Here is our app, as you asked")


def test_a_menu_is_heard_in_its_languages_and_takes_keys_from_the_keyboard(softphone: Page) -> None:
    softphone.get_by_role("button", name="Ring 08061914344, Voice menu").click()
    heard = caller(softphone).get_by_role("log")
    expect(heard.locator("[lang=hi-IN]")).to_contain_text("हिंदी के लिए")
    expect(caller(softphone).get_by_text("It takes a key.")).to_be_visible()
    softphone.keyboard.press("1")
    expect(heard).to_contain_text("Welcome to Sandhi Clinic")

    caller(softphone).get_by_role("button", name="Hang up").click()
    expect(caller(softphone).get_by_text("so the caller pays")).to_be_visible()


def tab_to(page: Page, wanted: Locator) -> None:
    """By Tab alone, from wherever the keyboard is."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_what_is_typed_is_heard_by_the_phone_that_was_answered_by_keyboard(softphone: Page) -> None:
    softphone.get_by_role("button", name="Ring 08061914344, Voice menu").click()
    expect(caller(softphone).get_by_text("It takes a key.")).to_be_visible()
    doctor = softphone.locator("#doctors-phones article").nth(1)
    tab_to(softphone, doctor.get_by_role("button", name=re.compile(": missed call")))
    softphone.keyboard.press("1")  # no call yet on this phone: nobody hears it
    softphone.keyboard.press("Enter")
    answer = doctor.get_by_role("button", name="Answer")
    expect(answer).to_be_visible()
    tab_to(softphone, answer)
    softphone.keyboard.press("Enter")

    keypad = doctor.get_by_role("group", name=re.compile("Keypad"))
    expect(keypad).to_be_focused()
    expect(doctor.get_by_text("It takes a key.")).to_be_visible()
    softphone.keyboard.press("3")  # off duty again
    expect(doctor.get_by_text("it cost this phone nothing")).to_be_visible()
    expect(doctor).to_be_focused()
    softphone.keyboard.press("1")
    expect(caller(softphone).get_by_role("log")).not_to_contain_text("Welcome to Sandhi Clinic")

    caller(softphone).get_by_text("Caller", exact=True).click()
    softphone.keyboard.press("1")
    expect(caller(softphone).get_by_role("log")).to_contain_text("Welcome to Sandhi Clinic")
    tab_to(softphone, caller(softphone).get_by_role("button", name="Hang up"))
    softphone.keyboard.press("Space")
    expect(caller(softphone).get_by_text("so the caller pays")).to_be_visible()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_number_rung_on_a_small_screen_brings_the_phone_into_view(product: Product, browse: Browse, motion: str) -> None:
    page = opened(product, browse(width=360, height=740, reduced_motion=motion))
    page.get_by_role("button", name="Ring 08061914344, Voice menu").click()

    expect(caller(page)).to_be_focused()
    expect(caller(page).get_by_text("It takes a key.")).to_be_in_viewport()
    expect(caller(page).get_by_role("button", name="1", exact=True)).to_be_in_viewport(ratio=1)
    page.keyboard.press("1")
    expect(caller(page).get_by_role("log")).to_contain_text("Welcome to Sandhi Clinic")
    caller(page).get_by_role("button", name="Hang up").click()


def test_a_line_that_would_answer_can_be_given_a_missed_call(softphone: Page) -> None:
    number = softphone.get_by_label("This phone’s number").input_value()
    softphone.get_by_label("Line to ring").fill("08061914344")
    softphone.get_by_role("button", name="Missed call", exact=True).click()
    given = softphone.locator("#calls summary").filter(has_text=f"{number} → 08061914344")
    expect(given).to_contain_text(re.compile(r"not answered, free · provider’s code \w+"))


@pytest.mark.parametrize(("wanted", "line"), [("08061914348", "08061914348"), ("hotline", "08061914344"), ("doctor_day", "08061914346")])
def test_another_page_can_say_what_to_dial(product: Product, page: Page, wanted: str, line: str) -> None:
    opened(product, page, f"?dial={wanted}")
    expect(page.get_by_label("Line to ring")).to_have_value(line)


def test_a_flow_that_no_line_runs_is_told(product: Product, page: Page) -> None:
    page.goto(f"{product.sandbox}/sandbox/?dial=nonsense")
    expect(caller(page).get_by_text("No line runs the flow “nonsense”.")).to_be_visible()


@pytest.mark.timeout(400)
def test_a_whole_paid_consult_is_played_and_its_receipt_is_there(softphone: Page, accessible: Accessible) -> None:
    play_consult(softphone)
    talk_begins(softphone)
    accessible(softphone)

    consult_ends(softphone)
    expect(texts(softphone).filter(has_text="To pay Rs 249")).to_have_count(1)
    expect(texts(softphone).filter(has_text="You talked to Dr Ramya Patel")).to_have_count(1)
    expect(softphone.locator("#story .done")).to_have_count(softphone.locator("#story li").count())


def test_the_play_can_be_stopped_and_leaves_the_phones_to_people(softphone: Page) -> None:
    softphone.get_by_role("button", name="Play a whole paid consult").click()
    softphone.get_by_role("button", name="Stop", exact=True).click()
    expect(softphone.get_by_text("Stopped. The phones are yours")).to_be_visible()
    expect(softphone.get_by_role("button", name="Play a whole paid consult")).to_be_visible()


def test_a_doctors_phone_is_added_put_away_and_unmuted(softphone: Page) -> None:
    softphone.get_by_label("One more doctor").select_option(index=0)
    softphone.get_by_role("button", name="Add this phone").click()
    third = softphone.locator("#doctors-phones article").nth(2)
    mute = third.get_by_role("button", name=re.compile("Mute"))
    expect(mute).to_have_attribute("aria-pressed", "true")
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "false")

    third.get_by_role("button", name="Put away").click()
    expect(softphone.locator("#doctors-phones article")).to_have_count(2)


def test_whoever_plays_and_stops_by_keyboard_keeps_it(softphone: Page) -> None:
    play, stop = (softphone.get_by_role("button", name=name, exact=True) for name in ("Play a whole paid consult", "Stop"))
    tab_to(softphone, play)
    softphone.keyboard.press("Enter")
    expect(stop).to_be_focused()
    softphone.keyboard.press("Enter")
    expect(play).to_be_focused()


def refusals(product: Product) -> int:
    return sum(1 for each in product.get("requests")["requests"] if each["operation"] == "text.send" and each["status"] == 400)


def test_refused_sms_are_refused_until_all_is_off(product: Product, softphone: Page) -> None:
    expect(softphone.get_by_text("All is well.")).to_be_visible()
    softphone.get_by_role("switch", name="SMS refused").check()
    expect(softphone.get_by_text("On: SMS refused.")).to_be_visible()
    before = refusals(product)
    softphone.get_by_role("button", name="Ring 08061914343, Hotline").click()
    for _ in range(100):
        if refusals(product) > before:
            break
        softphone.wait_for_timeout(100)
    assert refusals(product) > before
    expect(texts(softphone)).to_have_count(0)

    softphone.get_by_role("button", name="All off").click()
    expect(softphone.get_by_text("All is well.")).to_be_visible()
    expect(softphone.get_by_role("switch", name="SMS refused")).not_to_be_checked()


def test_an_sms_whose_answer_is_lost_arrives_once(product: Product, softphone: Page) -> None:
    softphone.get_by_role("switch", name="Answers lost").check()
    expect(softphone.get_by_text("On: Answers lost.")).to_be_visible()
    softphone.get_by_role("button", name="Ring 08061914343, Hotline").click()
    expect(texts(softphone)).to_contain_text("Here is our app, as you asked")
    softphone.get_by_role("switch", name="Answers lost").uncheck()
    expect(softphone.get_by_text("All is well.")).to_be_visible()
    softphone.wait_for_timeout(3_000)
    expect(texts(softphone)).to_have_count(1)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)])
def test_the_softphone_is_for_everybody(product: Product, browse: Browse, accessible: Accessible, scheme: str, width: int) -> None:
    page = opened(product, browse(color_scheme=scheme, width=width))
    expect(page.get_by_text("All is well.")).to_be_visible()
    page.get_by_role("button", name="Ring 08061914344, Voice menu").click()
    expect(caller(page).get_by_text("It takes a key.")).to_be_visible()
    page.locator("#calls summary").first.click()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    caller(page).get_by_role("button", name="Hang up").click()
