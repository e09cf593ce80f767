"""Errors that say what to do. Each carries one sentence for a person."""


class IvrError(Exception):
    """Any error of ours."""


class BadRequest(IvrError):
    """A genuine-looking request we cannot read. The web answers 400."""


class ConfigurationError(IvrError):
    """A setting or a file of `callflows/` is wrong: names the place and the remedy. Processes exit with 2."""


class TemplateError(IvrError):
    """A text would not match its registered template: raised before anything is queued."""


class DatabaseAway(IvrError):
    """The database cannot take the write now. The web spools, jobs try again."""
