"""The type of a sealed column: it takes what was sealed, and nothing that a person could read."""

from typing import Any

from sqlalchemy import Dialect, LargeBinary, TypeDecorator


class Ciphertext(bytes):
    """Bytes that came out of `vault.sealing` or out of a sealed column. Shown, it says only that."""

    def __repr__(self) -> str:
        return "<sealed>"


class NotSealed(TypeError):
    """Somebody tried to keep words in a sealed column without sealing them. A bug, never a user's."""


class Sealed(TypeDecorator[Ciphertext]):
    """A column whose values are sealed. Anything else is refused before it reaches the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is not None and not isinstance(value, Ciphertext):
            raise NotSealed("A sealed column takes only what `vault.sealing` has sealed.")
        return value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)
