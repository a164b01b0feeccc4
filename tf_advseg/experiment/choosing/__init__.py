"""Which of a run's models is taken: its candidates, and what they see."""
