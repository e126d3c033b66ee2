"""Whatever colour a host chooses, every text can be read."""

import itertools
import re

import pytest

from crowd.hosting.brand import DARK_GROUNDS, LIGHT_GROUNDS, NotAColour, contrast, palette, parse, stylesheet

GRID = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in itertools.product(range(0, 256, 17), repeat=3)]
NAMES = ["band", "on-band", "action", "action-hover", "on-action", "tint", "tint-ink"]
PAIRS = [
    ("on-band", "band", 4.5),
    ("on-action", "action", 4.5),
    ("on-action", "action-hover", 4.5),
    ("tint-ink", "tint", 7),
    ("action-hover", "tint", 4.5),
]


def too_faint(scheme, grounds):
    colours = {name: parse(value) for name, value in scheme.items()}
    on_grounds = [
        (name, contrast(colours[name], ground), 4.5)
        for name in ("action", "action-hover", "tint-ink")
        for ground in grounds
    ]
    on_each_other = [((text, ground), contrast(colours[text], colours[ground]), least) for text, ground, least in PAIRS]
    return [(what, round(ratio, 2)) for what, ratio, least in on_grounds + on_each_other if ratio < least]


def test_no_contrast_is_broken_on_a_grid_of_4096_colours():
    assert len(GRID) == 4096
    broken = {}
    for colour in GRID:
        schemes = palette(colour)
        found = too_faint(schemes["light"], LIGHT_GROUNDS) + too_faint(schemes["dark"], DARK_GROUNDS)
        if found:
            broken[colour] = found
    assert broken == {}


def test_the_check_finds_what_is_too_faint():
    faint = dict.fromkeys(NAMES, "#777777")
    assert len(too_faint(faint, LIGHT_GROUNDS)) == 9 + len(PAIRS)


def test_contrast_is_that_of_wcag():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast(parse("#767676"), parse("#fff")) == pytest.approx(4.54, abs=0.01)
    assert contrast(parse("#fff"), parse("#fff")) == 1


def test_a_colour_that_can_be_read_stays_as_the_host_chose_it():
    light = palette("#0f5c6e")["light"]
    assert (light["band"], light["action"], light["on-band"]) == ("#0f5c6e", "#0f5c6e", "#ffffff")
    assert palette("#FD0")["light"]["band"] == "#ffdd00"


def test_the_stylesheet_follows_the_system_and_the_switch():
    css = stylesheet("#0f5c6e")
    first, media, switch = css.splitlines()
    assert re.findall(r"--([\w-]+):#[0-9a-f]{6};", first) == NAMES
    assert media.startswith("@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--band:")
    assert switch.startswith(":root[data-theme=dark]{--band:")
    assert media.split("){", 2)[2].rstrip("}") == switch.split("{")[1].rstrip("}")


@pytest.mark.parametrize(
    "colour", ["", "#", "red", "#12", "#1234", "#12345g", "##123456", "#123456;}", "١٢٣", "#123\n456"]
)
def test_what_is_no_colour_is_refused_with_a_sentence(colour):
    with pytest.raises(NotAColour, match="such as #0f5c6e"):
        stylesheet(colour)
