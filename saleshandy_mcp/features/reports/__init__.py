"""Reports: the numbers of a period."""
