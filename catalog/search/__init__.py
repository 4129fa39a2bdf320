"""Search: the analyser, the port of the engines, what fills the index and what asks it."""
