"""What a person sees who watches a terminal; a log never sees any of it."""
