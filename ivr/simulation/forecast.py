"""What waiting callers are told, learnt from the consults before them as the product learns it."""

from ivr.routing.waiting import HANDLE_PRIOR_MS, RING_PRIOR_MS, estimate, handle_time, may_be_said, smoothed
from ivr.simulation.people import Patient


class Forecast:
    def __init__(self) -> None:
        self._handle_ms, self._ring_ms, self._talks = HANDLE_PRIOR_MS, RING_PRIOR_MS, 0

    def connected(self, ring_ms: int) -> None:
        self._ring_ms = smoothed(self._ring_ms, ring_ms)

    def handled(self, handle_ms: int) -> None:
        self._talks += 1
        self._handle_ms = smoothed(self._handle_ms, handle_ms)

    def tell(self, patient: Patient, *, idle: int, ahead: int, online: int, now: int) -> None:
        """Say the band if it is news, and remember until when it promises a doctor."""
        handle_ms = handle_time(self._handle_ms, self._talks)
        told = estimate(idle=idle, ahead=ahead, online=online, handle_ms=handle_ms, ring_ms=self._ring_ms)
        if not may_be_said(told.band, patient.band, patient.said_at, now):
            return
        patient.band, patient.said_at = told.band, now
        if told.band.until_s is not None:
            patient.promises.append(now + told.band.until_s * 1000)
