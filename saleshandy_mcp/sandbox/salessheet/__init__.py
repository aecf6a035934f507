"""A local emulator of SalesSheet.ai's REST API, as far as that is documented. It keeps what is created.

`openapi.json` beside this file is the contract. What it marks as assumed is invented, so that there is something to
test against; `assumptions.py` changes the parts on which a client must not rely.
"""
