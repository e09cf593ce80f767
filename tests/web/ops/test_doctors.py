"""Doctors in the console: the directory, one doctor with their duty, registration, shifts and day; on both databases."""

import re
from collections.abc import Callable
from html import unescape
from json import loads
from typing import Any

import pytest
from sqlalchemy import select

from ivr.doctors.shifts_kept import roster
from ivr.doctors.shifts_written import read_rules, write_rules
from ivr.model.ids import new_id
from ivr.operators import Role, add_operator
from ivr.settings import ROOT, Settings
from ivr.store import audit, consults, doctors, offers, presence, shifts
from ivr.store.schema import shift_change
from ivr.store.tx import Row, Tx
from ivr.wiring import App
from tests.clock import HandClock
from tests.doctors.duty_scene import Day
from tests.store.ward import add_consult, add_doctor, add_offer, add_ring
from tests.web.ops.conftest import PASSWORD, PUBLIC_URL, Browser
from tests.web.ops.reading import told, words

pytestmark = pytest.mark.halved
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def settings(make_settings: Callable[..., Settings], database_url: str, redis_url: str) -> Settings:
    return make_settings(database_url=database_url, redis_url=redis_url, public_url=PUBLIC_URL, callflows_dir=ROOT / "callflows")


@pytest.fixture
def scene(app: App, clock: HandClock) -> Day:
    """One doctor, Dr 7, at noon on a Sunday."""
    return Day(app, clock).has_shift()


@pytest.fixture
def path(scene: Day) -> str:
    return f"/ops/doctors/{scene.doctor_id}"


def _inside(app: App, browse: Callable[..., Browser], name: str, role: Role) -> Browser:
    add_operator(app.database, name, PASSWORD, role, app.clock.now())
    browser = browse()
    assert browser.log_in(name).status_code == 303
    return browser


@pytest.fixture
def viewer(app: App, browse: Callable[..., Browser]) -> Browser:
    return _inside(app, browse, "vera", Role.VIEWER)


@pytest.fixture
def admin(app: App, browse: Callable[..., Browser]) -> Browser:
    return _inside(app, browse, "ada", Role.ADMIN)


def says(browser: Browser, path: str) -> str:
    answer = browser.open(path)
    assert answer.status_code == 200
    return words(answer.text)


def names(browser: Browser, query: str = "") -> list[str]:
    """Whom the directory lists."""
    return re.findall(r'<th scope="row"><a [^>]*>(.*?)</a>', browser.open(f"/ops/doctors{query}").text)


def does(browser: Browser, path: str, **fields: Any) -> int:
    fields.setdefault("reason", "asked by e-mail")
    return browser.submit(path, on="/ops/doctors", **fields).status_code


def sets(browser: Browser, scene: Day, wish: str, reason: str = "they asked by e-mail") -> int:
    scene.clock.forward(ms=1)
    return does(browser, f"/ops/doctors/{scene.doctor_id}/duty", wish=wish, reason=reason)


def deeds(app: App, doctor_id: str) -> list[Row]:
    with app.database.read() as tx:
        return audit.of_subject(tx, doctor_id)


def doctor(app: App, doctor_id: str) -> Row:
    with app.database.read() as tx:
        return doctors.get(tx, doctor_id)


class TestDirectory:
    def test_it_tells_who_they_are_and_how_their_duty_stands(self, operator: Browser, scene: Day) -> None:
        assert "Dr 7 sample Karnataka 7 until" in says(operator, "/ops/doctors")
        assert "off duty orthopedics (very good) English (good) Bengaluru" in says(operator, "/ops/doctors")
        scene.goes_on()
        assert "on duty, until 8:00 pm; not rung before they press 1 on their own phone" in says(operator, "/ops/doctors")
        scene.confirms().pauses()
        assert "paused until 12:30 pm, on duty until 8:00 pm" in says(operator, "/ops/doctors")

    def test_it_is_searched_by_name_number_skill_duty_and_what_holds_rings_back(self, operator: Browser, scene: Day) -> None:
        def add(tx: Tx) -> None:
            now = scene.clock.now()
            add_doctor(tx, 8, now, languages={"kn": 3}, speciality="sports")
            add_doctor(tx, 9, now, routable=0)
            add_doctor(tx, 10, now, valid_until=now - 1)
            doctors.change(tx, add_doctor(tx, 11, now, intent="off", on_until=None, proven_at=None), name="Dr 50%_off\\")

        scene.app.database.write(add)
        everybody = ["Dr 10", "Dr 50%_off\\", "Dr 7", "Dr 8", "Dr 9"]
        found = {
            "": everybody,
            "?name=dR+8": ["Dr 8"],
            "?name=10": ["Dr 10"],
            "?name=%25": ["Dr 50%_off\\"],
            "?name=_": ["Dr 50%_off\\"],
            "?name=%5C": ["Dr 50%_off\\"],
            "?language=kn": ["Dr 8"],
            "?speciality=sports": ["Dr 8"],
            "?which=on_duty": ["Dr 10", "Dr 8", "Dr 9"],
            "?which=not_rung": ["Dr 10", "Dr 9"],
            "?name=nobody": [],
            "?language=xx&speciality=xx&which=xx&page=-1": everybody,
            "?name=%00": everybody,
        }
        assert {query: names(operator, query) for query in found} == found
        said = says(operator, "/ops/doctors?which=not_rung")
        assert "not rung: the registration ran out on" in said
        assert "not rung: the directory says that they are not to be rung" in said
        assert "No doctor matches." in says(operator, "/ops/doctors?name=nobody")

    def test_it_comes_in_pages(self, operator: Browser, scene: Day) -> None:
        scene.app.database.write(lambda tx: [add_doctor(tx, number, scene.clock.now()) for number in range(100, 160)])

        shown = [names(operator, f"?page={page}") for page in (1, 2, 3, 4)]
        assert [len(each) for each in shown] == [25, 25, 11, 11]
        assert len({name for each in shown for name in each}) == 61
        assert "page 2 of 3" in says(operator, "/ops/doctors?page=2&name=dr")
        assert 'href="/ops/doctors?name=dr&amp;page=3"' in operator.open("/ops/doctors?page=2&name=dr").text

    def test_an_empty_one_says_how_to_begin(self, operator: Browser) -> None:
        assert "No doctors yet." in says(operator, "/ops/doctors")


class TestOneDoctor:
    def test_nothing_whole_and_nothing_hostile_is_shown(self, operator: Browser, scene: Day, path: str) -> None:
        scene.app.database.write(lambda tx: doctors.change(tx, scene.doctor_id, name=HOSTILE, city=HOSTILE, qualification=HOSTILE))
        assert sets(operator, scene, "off", HOSTILE) == 400
        for each in ("/ops/doctors", path, f"/ops/doctors?name={HOSTILE}", f"{path}?day={HOSTILE}"):
            page = operator.open(each).text
            assert "<script>alert" not in page
            assert "98000" not in page
        assert "+91******0007" in says(operator, path)

    @pytest.mark.parametrize("name", ["01K0000000000000000000000A", "x", "%00", "import"])
    def test_who_is_not_there(self, operator: Browser, name: str) -> None:
        assert operator.open(f"/ops/doctors/{name}").status_code in (403, 404)
        assert does(operator, f"/ops/doctors/{name}/duty", wish="on", reason="x") == 404

    def test_a_viewer_sees_all_and_is_given_no_form(self, viewer: Browser, scene: Day, path: str) -> None:
        page = viewer.open(path)
        assert page.status_code == 200
        assert 'method="post" action="/ops/doctors' not in page.text
        assert "Take out" not in page.text
        for name in ("duty", "verify", "weekly", "weekly/drop", "days", "days/usual"):
            assert does(viewer, f"{path}/{name}", wish="on", reason="x") == 403
        for name in ("weekly/drop?weekday=6&starts=600&ends=1200", "days/usual?day=2026-11-29"):
            assert viewer.open(f"{path}/{name}").status_code == 403
        assert deeds(scene.app, scene.doctor_id) == []

    def test_a_form_that_is_not_ours_changes_nothing(self, operator: Browser, scene: Day, path: str) -> None:
        scene.missed_call()
        before = scene.here
        refused = operator.client.post(f"{path}/duty", data={"wish": "off", "reason": "x", "form": "guessed"})
        assert (refused.status_code, scene.here) == (403, before)

    def test_pages_keep_the_policy_they_promise(self, admin: Browser, scene: Day, path: str) -> None:
        for each in (path, "/ops/doctors", "/ops/doctors/import", "/ops/shifts", "/ops/grievances"):
            page = admin.open(each)
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            assert not re.search(r"<script(?![^>]*src=\"/static/)|<style|\sstyle=|\son\w+=", page.text)
            assert page.text.count("<h1") == 1

    def test_a_stranger_is_sent_to_the_login(self, browser: Browser, scene: Day, path: str) -> None:
        for each in (path, "/ops/doctors", "/ops/doctors/import", "/ops/shifts", "/ops/grievances"):
            assert browser.open(each).status_code == 303
        for each in ("duty", "verify", "weekly", "days"):
            assert browser.client.post(f"{path}/{each}", data={"wish": "off", "reason": "x"}).status_code == 303


class TestDutyOnTheirBehalf:
    def test_on_is_as_the_doctors_own_key_and_proves_nothing(self, operator: Browser, scene: Day) -> None:
        scene.missed_call()
        scene.goes_off().no_more_calls()
        before = scene.texts()

        assert sets(operator, scene, "on") == 303
        assert (scene.here.intent, scene.here.on_until, scene.here.proven_at) == ("on", scene.at(8), None)
        assert scene.calls_to_confirm() == 2
        assert not scene.can_be_claimed()
        assert scene.texts() == before

        scene.confirms()
        assert scene.can_be_claimed()
        assert scene.texts() == [*before, "duty_on"]

    @pytest.mark.parametrize(("wish", "key"), [("one_more", "takes_one_more"), ("pause", "pauses"), ("off", "goes_off"), ("on", "goes_on")])
    def test_each_wish_tells_the_doctor_the_same_as_their_own_key(self, operator: Browser, scene: Day, wish: str, key: str) -> None:
        scene.is_on_duty()
        kept = {column: getattr(scene.here, column) for column in ("intent", "on_until", "proven_at", "misses")}
        assert sets(operator, scene, wish) == 303
        by_operator, texts = scene.here, scene.texts()

        scene.app.database.write(lambda tx: presence.change(tx, scene.doctor_id, **kept))
        getattr(scene, key)()
        assert (scene.here.intent, scene.here.proven_at) == (by_operator.intent, by_operator.proven_at)
        assert scene.texts()[len(texts) :] == texts[1:]

    def test_a_duty_that_nobody_proves_ends_as_always(self, operator: Browser, scene: Day) -> None:
        scene.missed_call()
        scene.goes_off().no_more_calls()
        sets(operator, scene, "on")
        scene.wait(minutes=4.5)

        assert scene.texts()[-1] == "duty_unproven"
        assert not scene.can_be_claimed()

    def test_it_stands_in_the_audit_with_the_reason(self, operator: Browser, scene: Day, path: str) -> None:
        scene.is_on_duty()
        sets(operator, scene, "off", "  fell\n ill ")

        [deed] = deeds(scene.app, scene.doctor_id)
        assert (deed.operator, deed.action, deed.reason, loads(deed.detail)) == ("asha", "set_duty", "fell ill", {"wish": "off"})
        assert "Duty set on their behalf by asha wish: off; fell ill" in told(operator.open(path).text)

    def test_an_offer_that_rings_is_taken_back_and_a_claim_stays(self, operator: Browser, scene: Day) -> None:
        scene.is_on_duty().is_claimed()
        assert "their phone rings for a patient" in says(operator, f"/ops/doctors/{scene.doctor_id}")

        sets(operator, scene, "off")
        assert (scene.here.intent, scene.here.state) == ("off", "reserved")

    @pytest.mark.parametrize(
        ("wish", "reason", "why"),
        [
            ("on", "", "say why, in a few words"),
            ("on", "\0", "say why, in a few words"),
            ("asleep", "x", "choose what the doctor intends"),
            ("off", "x", "off duty already"),
            ("pause", "x", "off duty already"),
        ],
    )
    def test_what_would_change_nothing_says_why(self, operator: Browser, scene: Day, path: str, wish: str, reason: str, why: str) -> None:
        scene.missed_call()
        scene.goes_off()
        before = scene.here

        refused = operator.submit(f"{path}/duty", on="/ops/doctors", wish=wish, reason=reason)
        assert (refused.status_code, why in refused.text) == (400, True)
        assert scene.here == before
        assert deeds(scene.app, scene.doctor_id) == []

    def test_nobody_is_rung_who_never_rang_us(self, operator: Browser, scene: Day, path: str) -> None:
        refused = operator.submit(f"{path}/duty", on="/ops/doctors", wish="on", reason="x")
        assert (refused.status_code, "has never rung us" in refused.text) == (400, True)

    def test_nobody_comes_on_duty_who_may_not_be_rung(self, operator: Browser, scene: Day, path: str) -> None:
        scene.missed_call()
        scene.loses_verification()
        refused = operator.submit(f"{path}/duty", on="/ops/doctors", wish="one_more", reason="x")
        assert (refused.status_code, "may not be rung for patients" in refused.text) == (400, True)


class TestRegistration:
    def test_an_admin_verifies_it_by_name(self, admin: Browser, scene: Day, path: str) -> None:
        scene.loses_verification()
        assert does(admin, f"{path}/verify", valid_until="2031-03-31", routable="yes") == 303

        found = doctor(scene.app, scene.doctor_id)
        assert (found.verified_by, found.routable) == ("ada", 1)
        assert "Looked up 2026-11-22 by ada Valid until 2031-03-31 May be rung yes" in says(admin, path)
        [deed] = deeds(scene.app, scene.doctor_id)
        assert (deed.operator, deed.action, deed.reason) == ("ada", "verify_doctor", "asked by e-mail")
        assert loads(deed.detail) == {"valid_until": "2031-03-31", "routable": True}

    def test_who_is_not_to_be_rung_stays_verified(self, admin: Browser, scene: Day, path: str) -> None:
        does(admin, f"{path}/verify", valid_until="2026-11-22")
        assert doctor(scene.app, scene.doctor_id).routable == 0
        assert "not rung: the directory says that they are not to be rung" in says(admin, path)

    @pytest.mark.parametrize("until", ["2026-11-21", "", "tomorrow", "2031-02-30", "9999-01-01"])
    def test_a_day_that_is_over_or_none_is_refused(self, admin: Browser, scene: Day, path: str, until: str) -> None:
        before = doctor(scene.app, scene.doctor_id)
        assert does(admin, f"{path}/verify", valid_until=until, routable="yes") == 400
        assert doctor(scene.app, scene.doctor_id) == before

    def test_an_operator_does_not(self, operator: Browser, scene: Day, path: str) -> None:
        assert "I have looked it up" not in operator.open(path).text
        assert does(operator, f"{path}/verify", valid_until="2031-03-31", routable="yes") == 403


class TestShifts:
    def _kept(self, scene: Day) -> str:
        with scene.app.database.read() as tx:
            return write_rules(roster(tx, scene.doctor_id, scene.clock.now()).rules)

    def test_weekly_ones_are_added_and_taken_out(self, operator: Browser, scene: Day, path: str) -> None:
        assert does(operator, f"{path}/weekly", days="mon-fri", starts="17:00", ends="00:00") == 303
        assert self._kept(scene) == "mon-fri 17:00-24:00; sun 10:00-20:00"
        assert "Mon 23 Nov 17:00-24:00" in says(operator, path)

        scene.clock.forward(ms=1)
        assert does(operator, f"{path}/weekly/drop", weekday="6", starts="600", ends="1200") == 303
        assert self._kept(scene) == "mon-fri 17:00-24:00"
        added, dropped = deeds(scene.app, scene.doctor_id)
        assert (added.reason, dropped.reason) == ("asked by e-mail", "asked by e-mail")
        assert (loads(added.detail), loads(dropped.detail)) == ({"added": "mon-fri 17:00-24:00"}, {"taken_out": "sun 10:00-20:00"})

    @pytest.mark.parametrize(
        ("name", "fields", "why"),
        [
            ("weekly", {"days": "mon-sun", "starts": "19:00", "ends": "21:00"}, "a shift sun 10:00-20:00 already"),
            ("weekly", {"days": "mon", "starts": "19:00", "ends": "18:00"}, "ends after it begins"),
            ("weekly", {"days": "mon", "starts": "", "ends": ""}, "write a time like"),
            ("weekly", {"days": "mon 09:00-10:00; tue", "starts": "11:00", "ends": "12:00"}, "choose the days"),
            ("weekly", {"days": "fri-mon", "starts": "11:00", "ends": "12:00"}, "from mon towards sun"),
            ("weekly/drop", {"weekday": "0", "starts": "1", "ends": "2"}, "no such shift any more"),
            ("weekly/drop", {"weekday": "0", "starts": "9" * 30, "ends": "x"}, "choose one of the shifts"),
            ("days", {"day": "2026-11-21", "kind": "off"}, "that day is over"),
            ("days", {"day": "soon", "kind": "off"}, "the day as year-month-day"),
            ("days", {"day": "2026-11-23", "kind": "maybe"}, "choose whether"),
            ("days", {"day": "2026-11-23", "kind": "on", "starts": "09:00"}, "write a time like"),
            ("days", {"day": "2036-11-23", "kind": "off"}, "more than 10 years ahead"),
            ("days", {"day": "2026-11-23", "kind": "off", "starts": "13:00", "ends": "09:00"}, "two, like: 2026-11-23 22:00-24:00"),
            ("days", {"day": "2026-11-23", "kind": "off", "reason": ""}, "say why, in a few words"),
            ("weekly", {"days": "mon", "starts": "09:00", "ends": "10:00", "reason": " "}, "say why, in a few words"),
            ("weekly/drop", {"weekday": "7", "starts": "600", "ends": "1200"}, "choose one of the shifts"),
            ("weekly/drop", {"weekday": "6", "starts": "600", "ends": "1200", "reason": ""}, "Say why, in a few words"),
            ("days/usual", {"day": ""}, "the day as year-month-day"),
        ],
    )
    def test_what_cannot_be_kept_says_what_to_do(
        self, operator: Browser, scene: Day, path: str, name: str, fields: dict[str, Any], why: str
    ) -> None:
        refused = operator.submit(f"{path}/{name}", on="/ops/doctors", **{"reason": "x", **fields})
        assert (refused.status_code, why in refused.text) == (400, True)
        assert self._kept(scene) == "sun 10:00-20:00"
        assert deeds(scene.app, scene.doctor_id) == []

    def test_a_day_is_different_and_as_usual_again(self, operator: Browser, scene: Day, path: str) -> None:
        does(operator, f"{path}/days", day="2026-11-29", kind="off")
        does(operator, f"{path}/days", day="2026-11-24", kind="on", starts="09:00", ends="13:00")
        said = says(operator, path)
        assert "Tue 24 Nov works besides, 09:00-13:00" in said
        assert "Sun 29 Nov off all day" in said
        assert "Tue 24 Nov 09:00-13:00 different" in said

        assert does(operator, f"{path}/days/usual", day="2026-11-29") == 303
        with scene.app.database.read() as tx:
            assert [row.day for row in tx.rows(select(shift_change))] == ["2026-11-24"]
        assert [deed.action for deed in deeds(scene.app, scene.doctor_id)] == ["change_shifts"] * 3

    def test_taking_out_asks_again_and_why(self, operator: Browser, scene: Day, path: str) -> None:
        links = re.findall(rf'href="({path}/weekly/drop[^"]+)"', operator.open(path).text)
        [link] = [unescape(each) for each in links]
        asked = operator.open(link)
        assert "From now on Dr 7 has no shift every Sunday 10:00-20:00." in words(asked.text)
        assert self._kept(scene) == "sun 10:00-20:00"

        refused = operator.submit(link, on="/ops/doctors", reason="ask 98450 12345")
        assert (refused.status_code, "Write no phone number" in refused.text, "Why?" in refused.text) == (400, True, True)
        assert operator.submit(link, on="/ops/doctors", reason="moved to Mysuru").status_code == 303
        assert self._kept(scene) == ""
        assert [deed.reason for deed in deeds(scene.app, scene.doctor_id)] == ["moved to Mysuru"]
        for each in (f"{path}/weekly/drop?weekday=9", f"{path}/days/usual?day=soon"):
            assert operator.open(each).status_code == 400
        assert operator.open("/ops/doctors/x/days/usual").status_code == 404

    def test_what_was_done_is_said_once(self, operator: Browser, scene: Day, path: str) -> None:
        assert "The shifts are changed" not in says(operator, f"{path}?done=shifts")
        does(operator, f"{path}/days", day="2026-11-29", kind="off")
        assert "The shifts are changed" in says(operator, path)
        assert "The shifts are changed" not in says(operator, path)
        does(operator, f"{path}/days", day="2026-11-29", kind="off")
        assert "nothing was changed" in says(operator, path)

    def test_the_same_said_twice_is_kept_once(self, operator: Browser, scene: Day, path: str) -> None:
        for _ in range(2):
            does(operator, f"{path}/days", day="2026-11-29", kind="off")
        assert len(deeds(scene.app, scene.doctor_id)) == 1


class TestOneDay:
    def _served(self, scene: Day) -> str:
        """Rung and accepted; a talk of six minutes."""
        claim, now = scene.is_claimed(), scene.clock.now()

        def serve(tx: Tx) -> str:
            consult_id, offer_id = add_consult(tx, now), new_id(now)
            add_offer(tx, offer_id, consult_id, claim, add_ring(tx, consult_id, now), now, now + 45_000, state="completed")
            offers.change(tx, offer_id, ended_at=now + 400_000)
            done = {"state": "completed", "together_ms": 360_000, "disposition": "done", "ended_at": now + 400_000}
            consults.change(tx, consult_id, doctor_id=scene.doctor_id, offer_id=offer_id, **done)
            return consult_id

        return scene.app.database.write(serve)

    def test_it_tells_calls_texts_offers_and_what_was_earned(self, operator: Browser, scene: Day, path: str) -> None:
        scene.is_on_duty()
        self._served(scene)
        scene.pauses()

        page = operator.open(f"{path}?day=2026-11-22").text
        said = words(page)
        assert "Shifts 10:00-20:00" in said
        assert "Consults completed 1" in said
        assert "Minutes with patients 6" in said
        steps = " | ".join(told(page))
        assert "Gave a missed call" in steps
        assert "Told: on duty by text" in steps
        assert "accepted, and they talked · after 6 min 40 s · 6 min 0 s together · done · consult completed" in steps
        assert "Told: paused" in steps
        assert "98000" not in page

    def test_other_days_are_empty_and_nonsense_is_said_to_be(self, operator: Browser, scene: Day, path: str) -> None:
        scene.is_on_duty()
        assert "Nothing happened on that day." in says(operator, f"{path}?day=2026-11-21")
        assert "One day: Mon 23 Nov" in says(operator, f"{path}?day=2026-11-23")
        refused = operator.open(f"{path}?day=yesterday")
        assert (refused.status_code, "the day as year-month-day" in refused.text) == (400, True)


class TestGaps:
    def test_each_day_says_in_words_what_is_missing(self, operator: Browser, scene: Day) -> None:
        said = says(operator, "/ops/shifts")
        assert "orthopedics English covered at least 1" in said  # Sunday, from noon to two
        assert "orthopedics Kannada nobody at all 12:00-14:00" in said
        assert "Mon 23 Nov" in said
        assert "Sun 29 Nov" not in said
        assert "No Hindi or Kannada speaker for orthopedics, Sunday 22 November 12:00–14:00" in said

    def test_each_day_leads_to_who_works_then(self, operator: Browser, scene: Day) -> None:
        [link] = [
            unescape(each) for each in re.findall(r'href="(/ops/shifts\?[^"]+)"', operator.open("/ops/shifts").text) if "11-22" in each
        ]
        shown = operator.open(link).text
        assert "Who works on Sun 22 Nov: orthopedics, English 1 doctor, by the times" in words(shown)
        assert f'<a href="/ops/doctors/{scene.doctor_id}">Dr 7</a>' in shown
        assert "12:00-20:00 1 : Dr 7" in words(shown)
        nobody = says(operator, link.replace("11-22", "11-23"))
        assert "Who works on Mon 23 Nov: orthopedics, English Nobody." in nobody
        for wrong in ("11-22", "orthopedics", "=en"):
            assert "Who works" not in says(operator, link.replace(wrong, HOSTILE))

    def test_part_of_a_day(self, operator: Browser, scene: Day) -> None:
        scene.app.database.write(
            lambda tx: shifts.replace_rules(
                tx, scene.doctor_id, [(rule.weekday, rule.starts, rule.ends) for rule in read_rules("mon 09:00-18:30")], 1
            )
        )
        assert "1 h 30 min missing 18:30-20:00" in says(operator, "/ops/shifts")

    def test_without_a_gap_it_says_so(self, operator: Browser, scene: Day) -> None:
        def all_week(tx: Tx) -> None:
            doctors.replace_skills(tx, scene.doctor_id, doctors.Skills({"orthopedics": 3}, {"en": 1, "hi": 1, "kn": 1}))
            shifts.replace_rules(tx, scene.doctor_id, [(day, 0, 1440) for day in range(7)], 1)

        scene.app.database.write(all_week)
        assert "No gap" in says(operator, "/ops/shifts")
