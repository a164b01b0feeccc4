"""What a device tells of its work: drift from home, and latencies."""
