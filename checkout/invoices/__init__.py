"""Invoices: workshop to buyer for every paid order, credit notes for what goes back, councils' commission by month.

docs/tax.md tells what stands on them and how they are numbered.
"""
