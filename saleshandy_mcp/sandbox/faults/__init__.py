"""Faults: what can go wrong between a client and the API, and how a test makes it go wrong.

`table.py` lists all faults. `acts.py` and `changes.py` hold what they are made of. `docs/adding-a-fault.md` tells how
another one is added.
"""
