"""Trainers that learn from what another network sees."""
