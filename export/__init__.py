"""Exporters of an adapted model; none is here yet."""
