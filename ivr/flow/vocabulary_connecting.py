"""Bringing a patient and a doctor together: what those flows may name."""

from collections.abc import Mapping

from ivr.flow.vocabulary_kinds import EffectKind, Slot

CONNECTING_FACTS: Mapping[str, str] = {}

CONNECTING_VALUES: Mapping[str, tuple[Slot, ...]] = {}

CONNECTING_EFFECTS: Mapping[str, EffectKind] = {}
