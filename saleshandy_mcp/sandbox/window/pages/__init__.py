"""The pages of the window, one file for each."""
