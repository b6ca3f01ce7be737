"""What the customer reads of a run, in their language: short, plain, in the company's name."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models.company import Company
from models.database import Database
from models.enums import Language
from models.tables import Call
from routing import paging
from routing.paging import customer_words as said
from routing.words import GSM_7, TWO_SEGMENTS
from tests.conftest import Clock
from tests.routing.paging_rig import Night


@pytest.fixture
def night(books: Database, shop: Company, wednesday: Clock) -> Night:
    return Night(books, shop, wednesday)


@pytest.mark.parametrize("language", list(Language))
def test_every_text_is_two_segments_names_the_company_and_911(
    shop: Company, wednesday: Clock, language: Language
) -> None:
    marcus, walt, now = shop.person("marcus"), shop.person("walt"), wednesday()
    texts = [
        said.accepted(shop, marcus, now, language),
        said.accepted(shop, walt, now, language, able=False),
        said.on_way(shop, marcus, None, language),
        said.on_way(shop, marcus, 240, language),
        said.held(shop, marcus, language),
        said.let_down(shop, language),
        said.unreached(shop, language),
        said.given_up(shop, None, now, language),
        said.given_up(shop, now + timedelta(days=7), now, language),
    ]
    assert len(set(texts)) == len(texts) == len(said.WORDS) - 2  # each but the two parts
    for text in texts:
        assert len(text) <= TWO_SEGMENTS and set(text) <= GSM_7, text
        assert text.startswith(f"{shop.name}: ") and "911" in text and "{" not in text
        assert not any(f"{ask} {word}" in text for ask in ("eply", "esponda") for word in ("YES", "CANCEL", "END"))


def test_who_spoke_spanish_reads_spanish_whatever_becomes_of_the_run(night: Night) -> None:
    def speaks_spanish(session: Session) -> None:
        call = session.exec(select(Call)).one()
        call.language = "es"
        session.add(call)

    night.begin()
    night.database.work(speaks_spanish)
    night.writes("marcus", "A4821")
    assert "Marcus, de guardia, tiene su llamada y le llamara antes de las " in night.told()[-1]
    night.writes("marcus", "40 min")
    assert "Marcus va en camino, unos 40 minutos." in night.told()[-1]
    night.act(paging.decline, "marcus", night.company)
    night.wait(minutes=45)
    assert "no hemos localizado a un técnico" in night.told()[-1]
