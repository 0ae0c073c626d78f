"""The notebook's kernel, where there is one. Standard library only."""


def shell():
    """Return the running IPython shell, or None outside a notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()
