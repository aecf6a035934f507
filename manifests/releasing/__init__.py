"""What a release is made of: the README for an index, the bundle, the entry for the registry. ``make package``."""
