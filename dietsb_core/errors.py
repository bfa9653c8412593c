"""The exceptions for input that a user can fix."""


class UserError(ValueError):
    """Bad input. The message is one line: what was wrong, what is allowed, and how to fix it."""


class DataMissing(UserError):
    """A data set that is not on this machine, or not all of its files: what is on record of it can still be shown."""


class NothingRecorded(UserError):
    """A figure of which there is no run on record yet: its page says so, and how to make it."""
