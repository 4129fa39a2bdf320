"""The council's rooms: queue and verdicts, artisans, orders, sales, shipping rates, history."""
