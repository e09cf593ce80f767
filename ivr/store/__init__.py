"""The truth: one SQL database, one module per aggregate. All SQL lives here.

Functions take a `Tx` first and run inside its transaction; `Database.write` commits.
"""
