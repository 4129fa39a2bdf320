"""Periodic reviews: figures of everything on sale, proposals by rule, and what a curator decides."""
