"""Whether what analyses need is installed: numpy, scipy and scikit-learn are an extra (about 210 MB)."""

from importlib.util import find_spec

from crowd.i18n import _

NEEDED = ("numpy", "scipy", "sklearn")


def missing() -> str:
    """The sentence that says how to add it, or nothing where it is there."""
    try:
        if all(find_spec(name) for name in NEEDED):
            return ""
    except ImportError:
        pass
    return _(
        "This instance lacks what this analysis needs. Whoever runs the server adds it with “python3 app.py install "
        "analysis” and starts Crowd again. Everything else works without."
    )


def versions(method: str) -> dict[str, str]:
    """What made a result, by name: the method, and the libraries with their versions."""
    from importlib.metadata import version

    return {"method": method} | {name: version(name) for name in ("numpy", "scipy", "scikit-learn")}
