"""What a domain is, and the kinds there are."""
