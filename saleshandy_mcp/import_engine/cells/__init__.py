"""Corrects cells of a table to what their writers meant. Pure; every change is reported."""
