"""The consult card: what the doctor sees of a patient, and what they write for them."""
