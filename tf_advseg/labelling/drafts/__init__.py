"""Masks in the files of annotation tools, to be corrected there."""
