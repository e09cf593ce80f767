"""The directory: a sheet of doctors taken over whole or not at all, and written out again. Who is not in a sheet stays as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ivr.doctors.directory_changes import Stored, columns_of, differences, stored_doctors, why_not_rung
from ivr.doctors.sheet import COLUMNS, records, written
from ivr.doctors.sheet_doctors import Doctor, Known, doctor
from ivr.doctors.sheet_rows import cells_of
from ivr.model.errors import ConfigurationError
from ivr.model.ids import new_id
from ivr.model.values import Phone
from ivr.oversight import BY_COMMAND, Action, note
from ivr.prices import Prices
from ivr.sheet import Faults
from ivr.store import callers, doctors, presence, shifts
from ivr.store.database import Database
from ivr.store.tx import Addition, Tx
from ivr.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Taken:
    """What a sheet came to. `changed` and `not_rung` say of each doctor, as the sheet has them, what, or why."""

    added: tuple[Doctor, ...]
    changed: tuple[tuple[Doctor, tuple[str, ...]], ...]
    same: int
    not_rung: tuple[tuple[Doctor, str], ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """A sheet of the directory: `doctors` are in it, `samples` are not."""

    text: str
    doctors: int
    samples: int

    def __str__(self) -> str:
        """What is in it and what is not, for whoever wonders at a header alone."""
        written = f"{self.doctors} {'doctor' if self.doctors == 1 else 'doctors'} written"
        return f"{written}; {left_out(self.samples)}" if self.samples else written


@dataclass(frozen=True, slots=True)
class Directory:
    database: Database
    vault: Vault
    prices: Prices
    lines: frozenset[Phone]

    def take(self, text: str, file: str, now: int, *, dry_run: bool = False, operator: str = BY_COMMAND, reason: str = "") -> Taken:
        """Bring the directory to what the sheet says; with `dry_run` only tell. Taken twice, it changes nothing the second time.

        ConfigurationError lists every fault of the sheet with its line, and then nothing was written.
        """
        if not self.prices.offered:
            raise ConfigurationError("prices.yaml: is missing, so that no speciality and no fee tier is known; write it first")
        faults = Faults(file)
        rows = [(record.line, found) for record in records(text, faults) if (found := doctor(record, Known(self.prices, self.lines, now)))]
        _twice(rows, faults)
        if dry_run:
            with self.database.read() as tx:
                return self._plan(tx, rows, faults, now)[0]

        def take(tx: Tx) -> Taken:
            taken, new, changed = self._plan(tx, rows, faults, now)
            for each in new:
                add(tx, self.vault, each, now)
            for stored, each in changed:
                self._change(tx, stored, each, now)
            said: dict[str, Any] = {
                "added": len(new),
                "changed": len(changed),
                "same": taken.same,
                "sha256": sha256(text.encode()).hexdigest(),
            }
            note(tx, now, operator, Action.IMPORT_DOCTORS, subject="doctors", subject_id="directory", reason=reason, **said)
            return taken

        return self.database.write(take)

    def written(self, tx: Tx) -> Exported:
        """The whole directory as a sheet that can be taken again, telephone numbers included; invented doctors are left out."""
        there = stored_doctors(tx).values()
        kept = [cells_of(each, self.vault) for each in there if not each.row.sample]
        return Exported(written(COLUMNS, kept), len(kept), len(there) - len(kept))

    def exported(self, operator: str, reason: str, now: int) -> Exported:
        """The same, for somebody who takes all those numbers along: the audit has who, why, and how many."""

        def export(tx: Tx) -> Exported:
            found = self.written(tx)
            said: dict[str, Any] = {"written": found.doctors, "samples_left_out": found.samples}
            note(tx, now, operator, Action.EXPORT_TABLE, subject="doctors", subject_id="directory", reason=reason, **said)
            return found

        return self.database.write(export)

    def _plan(
        self, tx: Tx, rows: Sequence[tuple[int, Doctor]], faults: Faults, now: int
    ) -> tuple[Taken, list[Doctor], list[tuple[Stored, Doctor]]]:
        known = stored_doctors(tx)
        owners = {each.row.phone_hash: each for each in known.values()}
        found = Faults(faults.file, list(faults.found))  # a transaction may be tried twice
        for line, each in rows:
            owner = owners.get(self.vault.hash(each.phone))
            if owner is not None and (owner.row.council, owner.row.registration) != each.key:
                found.add(line, f"phone: this is the phone of {owner.row.council} {owner.row.registration}; change theirs first")
        found.raise_if_any()
        wanted = [each for _, each in rows]
        new = [each for each in wanted if each.key not in known]
        told = [(known[each.key], each, differences(known[each.key], each, self.vault, now)) for each in wanted if each.key in known]
        taken = Taken(
            tuple(new),
            tuple((each, what) for _, each, what in told if what),
            sum(not what for _, _, what in told),
            tuple((each, why) for each in wanted if (why := why_not_rung(each, now))),
        )
        return taken, new, [(stored, each) for stored, each, what in told if what]

    def _change(self, tx: Tx, stored: Stored, wanted: Doctor, now: int) -> None:
        caller_id = callers.ensure(tx, self.vault, wanted.phone, now)
        doctors.change(tx, stored.row.id, caller_id=caller_id, **columns_of(wanted, now), changed_at=now)
        if stored.row.caller_id != caller_id:
            presence.change(tx, stored.row.id, proven_at=None)  # nobody has pressed a key on this phone yet
        if stored.skills != wanted.skills:
            doctors.replace_skills(tx, stored.row.id, wanted.skills)
        if stored.rules != wanted.rules:
            shifts.replace_rules(tx, stored.row.id, _spans(wanted), now)


def add(tx: Tx, vault: Vault, wanted: Doctor, now: int, *, sample: bool = False) -> str:
    """A new doctor, off duty; their id. One round trip where the database is far."""
    caller_id, before = callers.find(tx, vault, wanted.phone), list[Addition]()
    if caller_id is None:
        caller_id, newcomer = callers.newcomer(vault, wanted.phone, now)
        before = [newcomer]
    doctor_id = new_id(now)
    own = {"id": doctor_id, "caller_id": caller_id, "sample": int(sample), "card_pin": None, "created_at": now, "changed_at": now}
    tx.add(
        [
            *before,
            doctors.addition(**own, **columns_of(wanted, now)),
            *doctors.skill_additions(doctor_id, wanted.skills),
            *shifts.rule_additions(doctor_id, _spans(wanted), now),
            presence.addition(doctor_id, now),
        ]
    )
    return doctor_id


def left_out(samples: int) -> str:
    """Why a sheet has none of these."""
    return "1 sample is left out: it is invented" if samples == 1 else f"{samples} samples are left out: they are invented"


def _spans(wanted: Doctor) -> list[tuple[int, int, int]]:
    return [(rule.weekday, rule.starts, rule.ends) for rule in wanted.rules]


def _twice(rows: Sequence[tuple[int, Doctor]], faults: Faults) -> None:
    """One registration and one phone are one doctor's."""
    keys: dict[tuple[str, str], int] = {}
    phones: dict[Phone, int] = {}
    for line, each in rows:
        if (earlier := keys.setdefault(each.key, line)) != line:
            faults.add(line, f"registration: the same council and number as on line {earlier}; keep one row")
        elif (earlier := phones.setdefault(each.phone, line)) != line:
            faults.add(line, f"phone: the same as on line {earlier}; each doctor has a phone of their own")
