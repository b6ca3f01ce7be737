"""The hint at a permit."""

from dataclasses import replace

import pytest

from models.company import Company
from routing.licences import PermitAnswer, permit_hint
from routing.licences.needs import table
from routing.licences.permits import WORKS, WORKS_OF
from triage.situations import SITUATIONS, Situation


def test_a_new_panel_often_needs_a_permit_and_the_master_confirms(shop: Company) -> None:
    hint = permit_hint(shop, "E16")
    assert hint.answer is PermitAnswer.YES
    assert hint.says == "This kind of work often needs a permit; our licensed master electrician will confirm."


def test_a_water_heater_depends_on_whether_it_is_replaced(shop: Company) -> None:
    assert permit_hint(shop, "P14").answer is PermitAnswer.ASK
    assert permit_hint(shop, "P28").answer is PermitAnswer.YES
    assert "master plumber" in permit_hint(shop, "P28").says


@pytest.mark.parametrize("row", SITUATIONS.values(), ids=lambda row: row.id)
def test_the_table_agrees_with_the_situations_and_no_permit_is_never_said(shop: Company, row: Situation) -> None:
    assert WORKS_OF[row.id]
    hint = permit_hint(shop, row.id)
    assert (hint.answer is PermitAnswer.NO) == row.permit.startswith("no")
    assert hint.says == "" if hint.answer is PermitAnswer.NO else "often needs a permit" in hint.says


def test_ogden_asks_a_permit_even_to_repair(shop: Company) -> None:
    ogden = replace(shop, city="Ogden", state="UT")
    assert permit_hint(shop, "E01").answer is PermitAnswer.NO
    assert permit_hint(ogden, "E01").answer is PermitAnswer.YES
    assert permit_hint(replace(ogden, city="Provo"), "E01").answer is PermitAnswer.NO


def test_the_shops_own_word_goes_before_the_table(shop: Company) -> None:
    ogden = replace(shop, city="Ogden", state="UT", permits=(("switch_or_outlet", "no"), ("light_fixture", "yes")))
    assert permit_hint(ogden, "E01").answer is PermitAnswer.NO
    assert permit_hint(ogden, "E20").answer is PermitAnswer.YES


def test_towns_and_rows_of_the_table_are_spelt_right() -> None:
    data = table("permits.toml")
    assert all(set(rules) <= set(WORKS) for rules in data["jurisdiction"].values())
    assert {row for work in data["work"].values() for row in work["rows"]} == set(SITUATIONS)


def test_a_situation_that_does_not_exist_is_an_error(shop: Company) -> None:
    with pytest.raises(KeyError):
        permit_hint(shop, "Z99")
