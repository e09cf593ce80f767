"""A doctor's day by phone: what its flows may name."""

from collections.abc import Mapping

from ivr.flow.vocabulary_kinds import EffectKind, Slot

DUTY_FACTS: Mapping[str, str] = {}

DUTY_VALUES: Mapping[str, tuple[Slot, ...]] = {}

DUTY_EFFECTS: Mapping[str, EffectKind] = {}
