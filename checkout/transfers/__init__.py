"""Bank transfers: receiving accounts, unique codes, statements, matching, proofs, and money sent back."""
