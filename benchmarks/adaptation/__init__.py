"""Does adaptation pay? Methods x pairs x seeds, and the tables of them."""
