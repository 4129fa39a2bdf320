"""Stand-ins for the world outside, handed to the shop where it would use the real thing."""

from collections.abc import Iterator

from shop.media import NoSuchFile, StoreUnavailable


class MemoryStore:
    """A media store that keeps its files in memory, and can be told to be out of order."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.out_of_order = False

    def _answer(self) -> None:
        if self.out_of_order:
            raise StoreUnavailable

    def put(self, key: str, data: bytes) -> None:
        """Keep a file."""
        self._answer()
        self.files[key] = data

    def get(self, key: str) -> bytes:
        """Give a file."""
        self._answer()
        if key not in self.files:
            raise NoSuchFile
        return self.files[key]

    def copy(self, source: str, target: str) -> None:
        """Keep a second copy."""
        self.put(target, self.get(source))

    def delete(self, key: str) -> None:
        """Forget a file."""
        self._answer()
        self.files.pop(key, None)

    def keys(self, prefix: str) -> Iterator[str]:
        """Give the keys below a prefix."""
        self._answer()
        yield from sorted(key for key in self.files if key.startswith(prefix))

    def healthy(self) -> bool:
        """Say whether it answers."""
        return not self.out_of_order
