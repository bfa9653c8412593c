"""The one exception for input that a user can mend."""


class UserError(ValueError):
    """Bad input. The message is one line: what was wrong, what is allowed, and the mend."""
