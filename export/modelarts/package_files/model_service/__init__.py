"""Stands where ModelArts' own package stands in its engines."""
