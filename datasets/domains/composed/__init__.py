"""Domains that are made of other domains."""
