"""The colours of an instance from the one colour of its host, such that all text keeps its contrast.

Hue is kept; lightness moves until WCAG 2.2's contrast (1.4.3: 4.5:1, here and there more) holds on every
ground of app.css. Colours are moved in OKLCH, where equal steps of lightness look equal (Björn Ottosson, "A
perceptual color space for image processing", 2020; CSS Color 4, section 9.4).
"""

import functools
import math
import re
from collections.abc import Iterable

from crowd.i18n import _

Colour = tuple[int, int, int]

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
INK, DARK_INK = (0x1B, 0x21, 0x27), (0x0F, 0x12, 0x14)
# --paper, --surface and --sunken of app.css
LIGHT_GROUNDS = ((0xF7, 0xF6, 0xF2), WHITE, (0xEE, 0xEC, 0xE6))
DARK_GROUNDS = ((0x14, 0x18, 0x1B), (0x1D, 0x22, 0x26), DARK_INK)
READABLE, STRONG, STRONGER = 4.5, 7, 9
STEP = 0.004


class NotAColour(ValueError):
    """Not # and three or six hexadecimal digits. Its str is a sentence for the person who typed it."""


def parse(colour: str) -> Colour:
    digits = colour.strip().removeprefix("#")
    if not re.fullmatch(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}", digits):
        raise NotAColour(_("Write the colour as # and six digits or letters from a to f, such as #0f5c6e."))
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def written(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


# ---- contrast (WCAG 2.2, "relative luminance" and "contrast ratio") ----------------------------------------


@functools.cache
def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _luminance(colour: Colour) -> float:
    red, green, blue = map(_linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


# ---- OKLCH -------------------------------------------------------------------------------------------------


def _lightness_chroma_hue(colour: Colour) -> tuple[float, float, float]:
    red, green, blue = map(_linear, colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _linear_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _channel(linear: float) -> int:
    linear = min(1.0, max(0.0, linear))
    return round(255 * (12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055))


def _colour(lightness: float, chroma: float, hue: float) -> Colour:
    """The nearest colour a screen can show: chroma is given up, hue and lightness are not."""
    rgb = _linear_rgb(lightness, chroma, hue)
    while chroma > 0.001 and not all(-0.0001 <= part <= 1.0001 for part in rgb):
        chroma *= 0.95
        rgb = _linear_rgb(lightness, chroma, hue)
    red, green, blue = map(_channel, rgb)
    return red, green, blue


def _until_readable(colour: Colour, grounds: Iterable[Colour], ratio: float, step: float) -> Colour:
    """The colour, made darker (step < 0) or lighter until its contrast with every ground is reached; else
    black or white.
    """
    grounds = tuple(grounds)
    lightness, chroma, hue = _lightness_chroma_hue(colour)
    while 0 <= lightness <= 1:
        moved = _colour(lightness, chroma, hue)
        if min(contrast(moved, ground) for ground in grounds) >= ratio:
            return moved
        lightness += step
    return BLACK if step < 0 else WHITE


# ---- palette -----------------------------------------------------------------------------------------------


def _light(host: Colour) -> dict[str, Colour]:
    _, chroma, hue = _lightness_chroma_hue(host)
    tint = _colour(0.955, min(chroma, 0.03), hue)
    action = _until_readable(host, LIGHT_GROUNDS, READABLE, -STEP)
    hover = _until_readable(action, (tint, *LIGHT_GROUNDS), STRONG, -STEP)
    band, on_band = host, next((ink for ink in (WHITE, INK) if contrast(host, ink) >= READABLE), None)
    if on_band is None:  # a middle tone carries neither
        band, on_band = _until_readable(host, [WHITE], READABLE, -STEP), WHITE
    return {
        "band": band,
        "on-band": on_band,
        "action": action,
        "action-hover": hover,
        "on-action": WHITE,
        "tint": tint,
        "tint-ink": hover,
    }


def _dark(host: Colour) -> dict[str, Colour]:
    _, chroma, hue = _lightness_chroma_hue(host)
    tint = _colour(0.30, min(chroma, 0.045), hue)
    grounds = (tint, *DARK_GROUNDS)
    action = _until_readable(_colour(0.74, min(chroma, 0.13), hue), grounds, READABLE + 1, STEP)
    return {
        "band": _until_readable(_colour(0.33, min(chroma, 0.09), hue), [WHITE], STRONG, -STEP),
        "on-band": WHITE,
        "action": action,
        "action-hover": _until_readable(action, grounds, STRONGER, STEP),
        "on-action": DARK_INK,
        "tint": tint,
        "tint-ink": _until_readable(action, [tint], STRONG, STEP),
    }


def palette(colour: str) -> dict[str, dict[str, str]]:
    """{"light": {"band": "#0f5c6e", "on-band": ..., ...}, "dark": {...}}. Raises NotAColour."""
    host = parse(colour)
    return {
        scheme: {name: written(value) for name, value in derived(host).items()}
        for scheme, derived in (("light", _light), ("dark", _dark))
    }


def stylesheet(colour: str) -> str:
    """The palette as custom properties. Dark follows the system unless the reader's switch set data-theme on
    :root.
    """
    light, dark = (
        "".join(f"--{name}:{value};" for name, value in derived.items()) for derived in palette(colour).values()
    )
    return (
        f":root{{{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
    )
