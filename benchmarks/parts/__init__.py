"""What several benchmarks use; none of these is a command of its own."""
