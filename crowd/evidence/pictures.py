"""Pictures are made anew from their dots, so that nothing else of the file that was sent is left: no place and camera
(EXIF), no comments, no thumbnail of what was cropped away, no second file behind the first."""

import struct
import tempfile
import threading
import warnings
import zlib
from typing import IO

from PIL import Image, ImageOps

from crowd.evidence.archives import damaged
from crowd.evidence.sorts import JPEG, PNG, WEBP, NotTaken, Sort
from crowd.i18n import _

MOST_DOTS = 40_000_000  # about what a picture may take in memory is four bytes for each
LONGEST = 5_000  # dots of the longer side; a larger one is made smaller
_ONE_AT_A_TIME = threading.Lock()  # so that memory grows with one picture and not with many
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)
FORMATS: dict[str, tuple[Sort, dict[str, object]]] = {
    "JPEG": (JPEG, {"quality": 90, "optimize": True}),
    "PNG": (PNG, {"optimize": False}),
    "WEBP": (WEBP, {"quality": 90}),
    "GIF": (PNG, {}),  # of one that moves, its first picture
}


def made_anew(
    file: IO[bytes], name: str, sent_as: str, *, most_dots: int = MOST_DOTS, longest: int = LONGEST
) -> tuple[Sort, IO[bytes]]:
    """The picture in a new file, upright. `sent_as` is one of FORMATS, and nothing else is tried. Raises NotTaken."""
    sort, options = FORMATS[sent_as]
    made: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=500_000)  # noqa: SIM115  # whoever stores it closes it
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata, which is dropped anyway
            with Image.open(file, formats=[sent_as]) as picture:
                if picture.width * picture.height > most_dots:
                    raise NotTaken(_too_many(name, most_dots))
                _clean(picture, sent_as, longest).save(made, sort_name(sort), **options)
    except Image.DecompressionBombError:
        made.close()
        raise NotTaken(_too_many(name, most_dots)) from None
    except _BROKEN:
        made.close()
        raise NotTaken(damaged(name)) from None
    made.seek(0)
    return sort, made


def sort_name(sort: Sort) -> str:
    return "JPEG" if sort is JPEG else sort.ending.upper()


def _too_many(name: str, most: int) -> str:
    return _(
        "“%(name)s” has more than %(most)s million dots. Make the picture smaller, and add that.",
        name=name,
        most=most // 1_000_000,
    )


def _clean(picture: Image.Image, sent_as: str, longest: int) -> Image.Image:
    picture.thumbnail((longest, longest))  # a JPEG is then decoded smaller in the first place
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    seen = upright.convert(_mode(upright, sent_as))
    seen.info = {}  # some savers take comments, profiles and descriptions from here
    return seen


def _mode(picture: Image.Image, sent_as: str) -> str:
    grey = picture.mode in ("1", "L", "I", "F") or picture.mode.startswith("I;")
    if sent_as == "JPEG":
        return "L" if grey else "RGB"
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        return "RGBA"
    return "L" if grey and sent_as != "WEBP" else "RGB"
