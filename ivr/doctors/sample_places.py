"""Where invented doctors live: towns with the PIN code of their head post office, the council there, and a language that is spoken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`weight`: how many doctors for each round of the table."""

    city: str
    pin_code: str
    council: str
    language: str
    weight: int = 1


_KARNATAKA = (
    ("Bengaluru", "560001", 30),
    ("Bengaluru", "560011", 20),
    ("Bengaluru", "560034", 20),
    ("Bengaluru", "560066", 16),
    ("Mysuru", "570001", 16),
    ("Mangaluru", "575001", 14),
    ("Hubballi", "580020", 12),
    ("Belagavi", "590001", 10),
    ("Kalaburagi", "585101", 8),
    ("Davanagere", "577001", 8),
    ("Shivamogga", "577201", 8),
    ("Tumakuru", "572101", 8),
    ("Udupi", "576101", 8),
    ("Ballari", "583101", 6),
    ("Vijayapura", "586101", 6),
    ("Hassan", "573201", 6),
    ("Mandya", "571401", 5),
    ("Raichur", "584101", 5),
    ("Bidar", "585401", 4),
)
_ELSEWHERE = (
    ("Chennai", "600001", "TNMC", "en", 10),
    ("Coimbatore", "641001", "TNMC", "en", 4),
    ("Madurai", "625001", "TNMC", "en", 3),
    ("Kochi", "682001", "TCMC", "en", 5),
    ("Thiruvananthapuram", "695001", "TCMC", "en", 4),
    ("Hyderabad", "500001", "TSMC", "hi", 12),
    ("Visakhapatnam", "530001", "APMC", "en", 4),
    ("Vijayawada", "520001", "APMC", "en", 3),
    ("Mumbai", "400001", "MMC", "hi", 14),
    ("Pune", "411001", "MMC", "hi", 8),
    ("Nagpur", "440001", "MMC", "hi", 4),
    ("Panaji", "403001", "GMC", "en", 3),
    ("Ahmedabad", "380001", "GUJMC", "hi", 6),
    ("Surat", "395003", "GUJMC", "hi", 3),
    ("Jaipur", "302001", "RMC", "hi", 6),
    ("Udaipur", "313001", "RMC", "hi", 2),
    ("New Delhi", "110001", "DMC", "hi", 16),
    ("Gurugram", "122001", "HMC", "hi", 4),
    ("Chandigarh", "160017", "PMC", "hi", 4),
    ("Ludhiana", "141001", "PMC", "hi", 3),
    ("Shimla", "171001", "HPMC", "hi", 1),
    ("Jammu", "180001", "JKMC", "hi", 2),
    ("Dehradun", "248001", "UKMC", "hi", 3),
    ("Lucknow", "226001", "UPMC", "hi", 6),
    ("Kanpur", "208001", "UPMC", "hi", 3),
    ("Varanasi", "221001", "UPMC", "hi", 3),
    ("Bhopal", "462001", "MPMC", "hi", 4),
    ("Indore", "452001", "MPMC", "hi", 4),
    ("Raipur", "492001", "CGMC", "hi", 3),
    ("Kolkata", "700001", "WBMC", "hi", 10),
    ("Siliguri", "734001", "WBMC", "hi", 2),
    ("Bhubaneswar", "751001", "OCMR", "hi", 4),
    ("Guwahati", "781001", "ACMR", "hi", 4),
    ("Shillong", "793001", "MEGMC", "en", 1),
    ("Patna", "800001", "BCMR", "hi", 5),
    ("Ranchi", "834001", "JCMR", "hi", 3),
    ("Gangtok", "737101", "SMC", "en", 1),
)
PLACES = (
    *(Place(city, pin_code, "KMC", "kn", weight) for city, pin_code, weight in _KARNATAKA),
    *(Place(city, pin_code, council, language, weight) for city, pin_code, council, language, weight in _ELSEWHERE),
)
