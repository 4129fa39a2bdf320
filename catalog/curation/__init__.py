"""Curation: a listing before its council, from submission to decision and coaching."""
