"""Duty: a doctor goes on and off, by missed call or by key; what the doctor intends, never what the system has them doing."""

from dataclasses import dataclass

from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class Duty:
    settings: Settings
