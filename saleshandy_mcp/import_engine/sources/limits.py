"""The limits for files and rows, declared once."""

MOST_BYTES = 200_000_000
"""Of a text file."""
MOST_PACKED = 50_000_000
"""Of an XLSX file as it lies on disk, which is a zip archive."""
MOST_UNPACKED = 500_000_000
"""Of what is in it, and of all texts of its cells together."""
MOST_RATIO = 200
"""Unpacked to packed, of a file that is large when unpacked; sheets of people stay under 20."""
MOST_ROWS = 100_000
MOST_COLUMNS = 1_000
MOST_CELLS = 20_000_000
"""Of the rectangle that a sheet lays out, empty ones too."""
LONGEST_FIELD = 64_000
"""Characters of one value; a longer one is left out."""
HEADER_WITHIN = 50
"""Lines among which the header is looked for."""
AHEAD = 1000
"""Rows that are looked at before the columns are told."""
AHEAD_SIGNS = 4_000_000
"""The same in characters, for rows that are large."""
