"""The screens: a folder each, or a file when it is small."""
