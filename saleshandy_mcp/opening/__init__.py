"""The first requests of a client over stdio, answered before the MCP SDK is loaded.

Loading the SDK takes most of a start. What clients ask first has answers that are known when the package is built:
they stand in ``answers.json``. Nothing here imports more of Python than it needs, for its time is what a client waits.
"""
