"""Councils that register doctors in India, by the abbreviation that stands before a registration number.

The State Medical Councils under the National Medical Commission Act 2019, and the Commission itself. Several councils share an abbreviation
in print; the second of them has a longer one here. One that is missing is a row to add.
"""

from collections.abc import Mapping
from types import MappingProxyType

COUNCILS: Mapping[str, str] = MappingProxyType(
    {
        "ACMR": "Assam Council of Medical Registration",
        "APMC": "Andhra Pradesh Medical Council",
        "ARPMC": "Arunachal Pradesh Medical Council",
        "BCMR": "Bihar Council of Medical Registration",
        "CGMC": "Chhattisgarh Medical Council",
        "DMC": "Delhi Medical Council",
        "GMC": "Goa Medical Council",
        "GUJMC": "Gujarat Medical Council",
        "HMC": "Haryana Medical Council",
        "HPMC": "Himachal Pradesh Medical Council",
        "JCMR": "Jharkhand Council of Medical Registration",
        "JKMC": "Jammu and Kashmir Medical Council",
        "KMC": "Karnataka Medical Council",
        "KSMC": "Kerala State Medical Council",
        "MEGMC": "Meghalaya Medical Council",
        "MMC": "Maharashtra Medical Council",
        "MNMC": "Manipur Medical Council",
        "MPMC": "Madhya Pradesh Medical Council",
        "MZMC": "Mizoram Medical Council",
        "NGMC": "Nagaland Medical Council",
        "NMC": "National Medical Commission",
        "OCMR": "Odisha Council of Medical Registration",
        "PDMC": "Puducherry Medical Council",
        "PMC": "Punjab Medical Council",
        "RMC": "Rajasthan Medical Council",
        "SMC": "Sikkim Medical Council",
        "TCMC": "Travancore Cochin Medical Council",
        "TNMC": "Tamil Nadu Medical Council",
        "TRMC": "Tripura State Medical Council",
        "TSMC": "Telangana State Medical Council",
        "UKMC": "Uttarakhand Medical Council",
        "UPMC": "Uttar Pradesh Medical Council",
        "WBMC": "West Bengal Medical Council",
    }
)


def council(text: str) -> str | None:
    """The abbreviation, from it or from the council's name, in any case; None for what is no council."""
    wanted = " ".join(text.casefold().replace("&", "and").split())
    return next((short for short, name in COUNCILS.items() if wanted in (short.casefold(), name.casefold())), None)
