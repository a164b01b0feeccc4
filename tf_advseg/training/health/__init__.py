"""Whether the adversarial game goes well: numbers, ranges, alarms."""
