"""Other machines: their run folders, reached through ``ssh``."""
