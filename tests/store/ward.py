"""Doctors and consults put straight into the tables, for tests of claims."""

from collections.abc import Mapping

from sqlalchemy import insert

from ivr.model.ids import new_id
from ivr.model.values import Phone
from ivr.store import callbacks, callers, calls, consults, offers, presence
from ivr.store.schema import doctor, doctor_skill
from ivr.store.tx import Addition, Tx
from ivr.store.vault import Vault

HOUR_MS = 3_600_000
_VAULT = Vault(["A" * 43 + "="], "hash key")


def add_doctor(
    tx: Tx,
    number: int,
    now: int,
    *,
    languages: Mapping[str, int] | None = None,
    speciality: str = "orthopedics",
    vault: Vault = _VAULT,
    **columns: object,
) -> str:
    """`number`: of their phone (after +9198) and registration. On duty for eight hours, idle, proven; `columns` of presence differ."""
    doctor_id = new_id(now)
    verified = {"verified_by": "the registrar", "verified_at": now, "valid_until": columns.pop("valid_until", now + 1000 * HOUR_MS)}
    basics = {"id": doctor_id, "name": f"Dr {number}", "qualification": "MS", "council": "Karnataka", "registration": str(number)}
    place = {"city": "Bengaluru", "pin_code": "560001", "tier": columns.pop("tier", 0), "fee_tier": "standard", "follow_ups": 0}
    caller_id = callers.ensure(tx, vault, Phone(f"+9198{number:08}"), now)
    rest = {"caller_id": caller_id, "routable": columns.pop("routable", 1), "sample": 1, "created_at": now, "changed_at": now}
    tx.add([Addition(insert(doctor), {**basics, **verified, **place, **rest}), presence.addition(doctor_id, now)])
    tx.add([_skill(doctor_id, "speciality", speciality, 3)])
    tx.add([_skill(doctor_id, "language", value, level) for value, level in (languages or {"en": 2}).items()])
    presence.change(tx, doctor_id, **{"intent": "on", "on_until": now + 8 * HOUR_MS, "proven_at": now, **columns})
    return doctor_id


def add_consult(tx: Tx, now: int, state: str = "offering") -> str:
    """One that looks for a doctor."""
    number = Phone(f"+9197{int(new_id(now)[-5:], 36) % 10**8:08}")
    caller_id, call_id, triage_id, consult_id = callers.ensure(tx, _VAULT, number, now), *(new_id(now) for _ in range(3))
    call = {"provider": "plivo", "provider_call_id": call_id, "caller_kind": "mobile", "line": "+918061914344", "action": "menu"}
    screen = {"result": "clear", "patient": "self", "script": "1", "answers": "{}", "at": now}
    kept = {"speciality": "orthopedics", "tier": "standard", "flags": "", "patient": "self", "opened_at": now, "screened_at": now}
    tx.add([calls.addition(id=call_id, caller_id=caller_id, arrived_at=now, **call)])
    tx.add([consults.triage_addition(id=triage_id, call_id=call_id, caller_id=caller_id, **screen)])
    who = {"caller_id": caller_id, "call_id": call_id, "triage_id": triage_id, "line": "+918061914344", "language": "en"}
    tx.add([consults.addition(id=consult_id, reference=consult_id[-8:], state=state, **who, **kept)])
    return consult_id


def add_ring(tx: Tx, consult_id: str, now: int) -> str:
    """The call back that offers of this consult name."""
    consult, call_back_id = consults.get(tx, consult_id), new_id(now)
    assert consult is not None
    basics = {"line": consult.line, "flow": "offer", "reason": "offer", "state": "planned", "created_at": now, "due_at": now, "tries": 0}
    tx.add([callbacks.addition(id=call_back_id, caller_id=consult.caller_id, trigger_call_id=consult.call_id, **basics)])
    return call_back_id


def add_offer(
    tx: Tx, offer_id: str, consult_id: str, claim: presence.Claim, call_back_id: str, now: int, lease_until: int, state: str = "ringing"
) -> None:
    ids = {"id": offer_id, "consult_id": consult_id, "doctor_id": claim.doctor_id, "fence": claim.fence, "call_back_id": call_back_id}
    tx.add([offers.addition(**ids, state=state, why="{}", created_at=now, lease_until=lease_until)])


def _skill(doctor_id: str, kind: str, value: str, level: int) -> Addition:
    return Addition(insert(doctor_skill), {"doctor_id": doctor_id, "kind": kind, "value": value, "level": level})
