"""The exceptions that the shop's rules raise, and what they mean to a visitor.

    ShopError            something the person in front of the page can be told
      Invalid       422  what was sent cannot be used
      Forbidden     403  the person may not do this
      NotFound      404  there is no such thing, or not for this person
      Gone          410  it was here and has been withdrawn
      Conflict      409  the world has changed since the page was shown
      Unavailable   503  an outside service does not answer

Rules define small subclasses next to the function that raises them. The message is an English msgid,
translated where it is shown: `ShopError("Only %(left)s left.", left=2)`.
"""

from typing import Any


class ShopError(Exception):
    """A refusal that a person can be told; `status` is its HTTP status."""

    status = 400
    message = "That did not work."

    def __init__(self, message: str | None = None, **params: Any) -> None:
        self.message = message or type(self).message
        self.params = params
        super().__init__(self.message % params if params else self.message)


class Invalid(ShopError):
    """What was sent cannot be used."""

    status = 422
    message = "Please check what you entered."


class Forbidden(ShopError):
    """The person may not do this."""

    status = 403
    message = "You may not do this."


class NotFound(ShopError):
    """There is no such thing, or not for this person."""

    status = 404
    message = "This page does not exist."


class Gone(ShopError):
    """It was here and has been withdrawn."""

    status = 410
    message = "This is no longer here."


class Conflict(ShopError):
    """The world has changed since the page was shown."""

    status = 409
    message = "Something has changed in the meantime. Please look again."


class Unavailable(ShopError):
    """An outside service does not answer."""

    status = 503
    message = "This service does not answer at the moment. Please try again shortly."
