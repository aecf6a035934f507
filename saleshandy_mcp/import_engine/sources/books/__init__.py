"""Workbooks: one module for each kind of file. All give sheets with lines of cells as a person sees them."""
