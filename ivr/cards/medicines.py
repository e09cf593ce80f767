"""What a doctor may prescribe by telephone.

Source: Telemedicine Practice Guidelines, 25 March 2020 (Appendix 5 to the IMC Regulations 2002), section 3.7 and its lists O, A and B.
A first consultation by audio allows List O alone: List A needs video. Schedule X and whatever the NDPS Act, 1985, names: never.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowed:
    """`lists`: of the guidelines. `follow_up`: an earlier consultation of the same doctor for the same trouble."""

    lists: tuple[str, ...]
    follow_up: bool


def allowed(*, follow_up: bool) -> Allowed:
    """For a consultation by audio."""
    return Allowed(("O", "A", "B") if follow_up else ("O",), follow_up)
