"""The long tail: finding any operation of the API by plain words, and running it by its name."""
