"""A small SalesSheet.ai with memory: a local emulator of its REST API, as far as that is documented.

`openapi.json` beside this file is the contract. What it marks as assumed is invented, so that there is something to
test against; `assumptions.py` changes the parts on which a client must not rely.
"""
