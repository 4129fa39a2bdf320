"""Tax: rates and thresholds by day, what workshops say of themselves, who is collected, turnover, reports.

docs/tax.md tells the rules with their sources.
"""
