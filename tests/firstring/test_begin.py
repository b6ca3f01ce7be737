"""What an engine does first."""

from dataclasses import replace

from sqlmodel import select

from firstring import assembly
from models.company import Company
from models.database import Database
from models.lawful import Texting
from models.tables import Message
from tests.conftest import Clock


def alarms(database: Database) -> list[Message]:
    return database.work(lambda session: list(session.exec(select(Message)).all()))


def test_an_owner_whose_customers_get_no_texts_hears_of_it_once_a_day(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    old = replace(shop, texting=Texting(sandbox=False))
    for _ in range(3):
        database.work(assembly.begin, old, wednesday())
    (told,) = alarms(database)
    assert told.to in {one.phone for one in shop.with_role("owner")} and "a2p_campaign_sid" in told.body
    wednesday.turn(days=1)
    database.work(assembly.begin, old, wednesday())
    assert len(alarms(database)) == 2


def test_where_a_campaign_is_set_nobody_is_bothered(database: Database, shop: Company, wednesday: Clock) -> None:
    database.work(assembly.begin, replace(shop, texting=Texting(campaign="CM123456", sandbox=False)), wednesday())
    assert alarms(database) == []
