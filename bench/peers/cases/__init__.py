"""The peer's cases, a module a group."""

kinds = {}


def case(function):
    """Marks a function that makes a case of the arguments: it returns what is timed."""
    kinds[function.__name__] = function
    return function
