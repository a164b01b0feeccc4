"""What the data is, to the byte."""
