"""Doctors: the directory, when they work, whether they are on duty, and what they are owed."""
