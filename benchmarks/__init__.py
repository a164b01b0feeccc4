"""Benchmarks: every figure in docs/ comes from a command here."""
