"""Errors as people want them: a sentence, and an exit code."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from ivr.model.errors import IvrError


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors of ours are sentences on stderr and exit code 2, never tracebacks."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except IvrError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except BrokenPipeError:
            raise  # whoever read what we print wants no more of it (`| head`): click leaves quietly
        except OSError as error:
            click.echo(f"{error.filename or 'this machine'}: {error.strerror or error}", err=True)
            sys.exit(2)

    return run
