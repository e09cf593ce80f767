"""Doctors for tests: verified, on duty until midnight, and either free or resting, so that consults are sold and nobody is rung."""

from ivr.model.ids import new_id
from ivr.model.values import Phone
from ivr.store import callers, doctors, presence
from ivr.wiring import App

A_DAY_MS = 24 * 60 * 60_000
FIRST_NUMBER = 9_123_400_000


def on_duty(app: App, *numbers: str, name: str = "", speaks: str = "en:3 hi:2 kn:2", tier: int = 0, resting: bool = False) -> list[str]:
    """Their ids. `resting`: on duty, and not to be rung: wrapping up for ever."""
    now = app.clock.now()
    ids: list[str] = []
    for number in numbers:
        doctor_id = new_id(now)
        row = {
            "id": doctor_id,
            "name": name or f"Dr {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[len(ids) % 26]} Rao",
            "qualification": "MS Ortho",
            "council": "KMC",
            "registration": str(int(number[-9:])),
            "verified_by": "the registrar",
            "verified_at": now,
            "valid_until": now + 400 * A_DAY_MS,
            "routable": 1,
            "tier": tier,
            "fee_tier": "standard",
            "city": "Bengaluru",
            "pin_code": "560001",
            "follow_ups": 1,
            "sample": 0,
            "created_at": now,
            "changed_at": now,
        }
        languages = {each.partition(":")[0]: int(each.partition(":")[2]) for each in speaks.split()}
        skills = doctors.Skills({"orthopedics": 3}, languages)

        def write(tx, row=row, skills=skills, number=number):  # type: ignore[no-untyped-def]
            caller_id = callers.ensure(tx, app.vault, Phone(number), now)
            tx.add([doctors.addition(**row, caller_id=caller_id), *doctors.skill_additions(row["id"], skills)])
            presence.ensure(tx, row["id"], now)
            rest = {"free_at": now + 400 * A_DAY_MS, "rest": "wrap_up"} if resting else {"free_at": now}
            presence.change(
                tx, row["id"], intent="on", on_until=now + 400 * A_DAY_MS if resting else now + 12 * 3_600_000, proven_at=now, **rest
            )

        app.database.write(write)
        ids.append(doctor_id)
    return ids


def resting(app: App, count: int = 5) -> list[str]:
    """So many on duty, none of whom is rung."""
    return on_duty(app, *(f"+91{FIRST_NUMBER + number}" for number in range(count)), resting=True)
