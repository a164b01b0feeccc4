"""Which of a run's models to take, without labels of the target.

One score a file, each a function of probabilities with its paper; how they
are fused, and what is chosen, stand in `fused_rank.py` and `choice.py`.
"""
