"""Measurements on the shop's own data: `./dev bench`, after `./dev demo --size 20000` on a large catalogue."""
