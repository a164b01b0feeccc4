"""Reads PyTorch files without PyTorch, executing nothing."""
