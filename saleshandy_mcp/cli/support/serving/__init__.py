"""Servers of the command line on a port of this machine."""
