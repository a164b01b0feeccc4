"""Files that are copied into a package as they are; they import no other."""
