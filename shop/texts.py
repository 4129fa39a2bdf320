"""`mark`: says that a constant is a text for people, where it is translated somewhere else."""


def mark(text: str) -> str:
    """Give the text back; tests/test_texts.py finds it here and asks for its Indonesian."""
    return text
