"""Connecting: a paid patient and a doctor who pressed 1, in one room; or the patient's place kept, or their money back.

lifecycle.py   an offer's life as one table
"""
