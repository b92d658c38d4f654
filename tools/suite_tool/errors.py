"""The one exception that the tool expects."""


class SetupError(Exception):
    """A fault that the user can mend. Its text is one sentence: what is wrong, and what to do about it."""
