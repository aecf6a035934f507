"""Exports: all of one kind of data as rows of a file, in as many calls as it takes."""
