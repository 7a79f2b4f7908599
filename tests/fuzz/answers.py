"""What a reader may answer with."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_line(*errors: type[Exception]) -> Iterator[None]:
    """Lets a reader's own errors pass, if each is one line that can be printed."""
    try:
        yield
    except errors as error:
        text = str(error)
        if len(text.splitlines()) != 1:
            raise AssertionError(f"not one line: {text!r}") from error
        text.encode()
