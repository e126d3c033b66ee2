"""What others may do with a document or with data: the usual licences, each with its address and its SPDX name."""

from typing import NamedTuple

from crowd.i18n import _

RESERVED, OTHER = "reserved", "other"


class Licence(NamedTuple):
    words: str
    href: str = ""
    spdx: str = ""


def all_of_them() -> dict[str, Licence]:
    """By their words in the database; the first is what holds unless somebody says otherwise."""
    cc = "https://creativecommons.org"
    return {
        RESERVED: Licence(_("All rights reserved")),
        "cc0": Licence(_("No rights reserved (CC0 1.0)"), f"{cc}/publicdomain/zero/1.0/", "CC0-1.0"),
        "cc-by": Licence(_("Creative Commons Attribution (CC BY 4.0)"), f"{cc}/licenses/by/4.0/", "CC-BY-4.0"),
        "cc-by-sa": Licence(
            _("Creative Commons Attribution, under the same terms (CC BY-SA 4.0)"),
            f"{cc}/licenses/by-sa/4.0/",
            "CC-BY-SA-4.0",
        ),
        "cc-by-nc": Licence(
            _("Creative Commons Attribution, not for profit (CC BY-NC 4.0)"),
            f"{cc}/licenses/by-nc/4.0/",
            "CC-BY-NC-4.0",
        ),
        "cc-by-nd": Licence(
            _("Creative Commons Attribution, unchanged (CC BY-ND 4.0)"), f"{cc}/licenses/by-nd/4.0/", "CC-BY-ND-4.0"
        ),
        "ogl": Licence(
            _("Open Government Licence 3.0"),
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            "OGL-UK-3.0",
        ),
        "odbl": Licence(
            _("Open Database License (ODbL 1.0)"), "https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"
        ),
    }


def of(name: str, words: str = "") -> Licence:
    """The licence of this word; one in somebody's own words is those."""
    if name == OTHER:
        return Licence(words)
    known = all_of_them()
    return known.get(name, known[RESERVED])
