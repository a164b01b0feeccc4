"""What is trained, how fast, and against whom."""
