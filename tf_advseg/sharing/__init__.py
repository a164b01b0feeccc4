"""A finished export on its way out: its card, signature and address."""
