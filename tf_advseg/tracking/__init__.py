"""Runs in tracking servers: MLflow, Weights & Biases; off unless asked for."""
