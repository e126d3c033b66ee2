"""A site that offers more than one language."""

from collections.abc import Callable

import pytest

from crowd.db import transaction
from crowd.hosting import deeds
from crowd.rules import Asker
from tests.actors import Actor


@pytest.fixture
def offered(host: Actor) -> Callable[..., None]:
    """It offers English and Welsh; called, it offers these, its own first."""

    def offer(*languages: str) -> None:
        with transaction():
            deeds.change_site(by=Asker(id=host.id), languages=list(languages))

    offer("en", "cy")
    return offer
