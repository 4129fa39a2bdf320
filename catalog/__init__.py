"""What is for sale and who made it: councils, makers, crafts, listings, curation, stock, search."""
