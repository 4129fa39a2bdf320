"""The errors of Stripe's protocol, as the SDK reads them; raised by every rule of the sandbox."""

from typing import Any


class ApiError(Exception):
    """An answer other than 200, in Stripe's shape.

    Source of types and codes: https://docs.stripe.com/error-codes
    """

    stored = True
    """Whether an idempotency key remembers this answer; Stripe forgets those of parameters that fail."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.status = status
        self.kind = kind

    def body(self, request_id: str) -> dict[str, Any]:
        """Say it as Stripe does."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        error["request_log_url"] = f"/?request={request_id}"
        return {"error": error}


class Unusable(ApiError):
    """Parameters that fail their check, before anything began."""

    stored = False


class Missing(ApiError):
    """No object of this kind has this id."""

    def __init__(self, noun: str, object_id: str, param: str, *, status: int = 404) -> None:
        super().__init__(
            f"No such {noun}: '{object_id}'", code="resource_missing", param=param, status=status
        )


class Unauthorised(ApiError):
    """The key is absent, or not one that the sandbox may be called with."""

    stored = False

    def __init__(self, message: str) -> None:
        super().__init__(message, status=401)


class KeyReused(ApiError):
    """An idempotency key came back with other parameters, or while its first request still runs."""

    stored = False

    def __init__(self, message: str, *, status: int = 400, code: str | None = None) -> None:
        super().__init__(message, status=status, kind="idempotency_error", code=code)
