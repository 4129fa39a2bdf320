"""The rooms of a round share a blueprint; here they come together before it is registered."""

from admin.desk import round_applications, round_day, round_papers, round_table, rounds

ROOMS = (rounds, round_applications, round_day, round_table, round_papers)
blueprint = rounds.blueprint
