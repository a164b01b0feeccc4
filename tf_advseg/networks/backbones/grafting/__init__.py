"""Networks of other libraries, rewired to be a backbone's."""
