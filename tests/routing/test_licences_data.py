"""The tables of crafts and needs: every situation has its needs, and every word of its skill is understood."""

import re

import pytest

from models.enums import Trade
from routing.licences import CRAFTS, LICENCES, Gas, Needs, needs_of
from routing.licences.needs import ROWS, TRADES
from triage.situations import SITUATIONS, Situation

GAS = "gas"
MASTERS = {"master_plumber", "master_electrician", "hvac_contractor", "refrigerant_contractor", "gas_contractor"}

WORDS: dict[str, set[str]] = {
    "gas-qualified plumber or hvac": {"plumber", "hvac_tech", GAS},
    "state gas-fitter/endorsement": {"gas_fitter"},
    "gas-qualified": {GAS},
    "hvac combustion": {"hvac_tech"},
    "permit holder": MASTERS,
    "master/licensed contractor": MASTERS,
    "oil burner tech": {"oil_burner_tech"},
    "plumber (journeyman)": {"journeyman_plumber"},
    "master plumber": {"master_plumber"},
    "plumber": {"plumber"},
    "drain tech": {"drain_tech"},
    "well-pump tech": {"well_pump_tech"},
    "irrigation": {"irrigator"},
    "septic": {"septic_tech"},
    "certified backflow tester": {"backflow_tester"},
    "refrigeration tech epa 608 universal": {"refrigeration_tech"},
    "hvac tech epa 608": {"refrigerant_tech"},
    "ii/universal": set(),
    "epa 608 type": {"refrigerant_tech"},
    "epa 608": {"refrigerant_contractor"},
    "gas/oil/heat pump": {"hvac_tech"},
    "hvac tech": {"hvac_tech"},
    "hvac": {"hvac_tech"},
    "comfort advisor": {"comfort_advisor"},
    "boiler / hydronic tech": {"boiler_tech"},
    "state boiler licence": {"boiler_tech"},
    "low-voltage": {"low_voltage_tech"},
    "electrician for circuit": {"master_electrician"},
    "journeyman / residential wireman": {"residential_electrician"},
    "journeyman under master permit": {"electrician"},
    "master/journeyman electrician": {"electrician"},
    "master electrician": {"master_electrician"},
    "pulls permit": MASTERS,
    "licensed electrician": {"electrician"},
    "journeyman electrician": {"electrician"},
    "journeyman+": {"electrician"},
    "journeyman": {"electrician"},
    "generator tech": {"generator_tech"},
    "electrician": {"electrician", "master_electrician"},
}
"""What a word of the trade asks for: one of these crafts is among those of the row, or it is for the gas-qualified."""

ASIDE = (
    "hard-wired detector", "restoration", "leak detection", "refer if not offered", "commercial", "a2l trained",
    "estimator", "service manager", "after clearance", "after utility", "service", "safety first", "none",
    "owner/manager page", "billing manager", "manager", "dispatcher", "csr/bot", "csr/on-call", "csr", "bot", "billing",
    "prior tech", "office", "if gas",
)  # fmt: skip
"""Words of the office, and remarks that ask nothing of a technician."""


def heard(skill: str) -> tuple[list[str], str]:
    """The words of the trade in a skill, longest first, and what is left of it."""
    rest, found = skill.lower(), []
    for word in sorted((*WORDS, *ASIDE), key=len, reverse=True):
        if word in rest:
            found.append(word)
            rest = rest.replace(word, " ")
    return found, re.sub(r"[\s/+;()]|\bor\b", "", rest)


@pytest.mark.parametrize("row", SITUATIONS.values(), ids=lambda row: row.id)
def test_every_situation_has_needs_and_every_word_of_its_skill_is_known(row: Situation) -> None:
    needs = ROWS[row.id]
    words, rest = heard(row.skill)
    assert words and not rest
    crafts = {*needs.page, *needs.work}
    has = crafts | ({GAS} if needs.gas is not Gas.NEVER or any(CRAFTS[one].gas for one in crafts) else set())
    for word in words:
        assert not WORDS.get(word) or has & WORDS[word], word
    assert bool(needs.work) == any(word in WORDS for word in words) or row.id == "H22"


def test_needs_name_nothing_that_is_not_there() -> None:
    assert set(ROWS) == set(SITUATIONS)
    assert {*Trade} <= set(TRADES)
    for needs in (*ROWS.values(), *TRADES.values()):
        assert {*needs.page, *needs.work} <= set(CRAFTS)
    for craft in CRAFTS.values():
        for kind, grades in craft.licences.items():
            assert set(grades) <= set(LICENCES[kind].grades) and "apprentice" not in grades
            assert LICENCES[kind].trade is craft.trade
    for one in LICENCES.values():
        assert one.homes_only <= set(one.grades)


def test_every_craft_is_needed_somewhere() -> None:
    assert {craft for needs in ROWS.values() for craft in (*needs.page, *needs.work)} == set(CRAFTS)


def test_rows_of_gas_are_for_the_gas_qualified_but_for_a_battery_and_for_oil() -> None:
    open_to_all = {row.id for row in SITUATIONS.values() if row.trade is Trade.GAS and ROWS[row.id].gas is Gas.NEVER}
    assert open_to_all == {"G06", "G12"}
    assert all(ROWS[row.id].gas in {Gas.ALWAYS, Gas.NEVER} for row in SITUATIONS.values() if row.trade is Trade.GAS)


def test_where_a_permit_is_likely_the_work_is_for_who_may_pull_one() -> None:
    likely = {row.id for row in SITUATIONS.values() if row.permit in {"yes", "repair: yes"}}
    under_anothers_permit = {"E17"}
    for row in likely - under_anothers_permit:
        assert set(ROWS[row].work) <= MASTERS, row


def test_every_emergency_of_a_trade_has_somebody_to_wake() -> None:
    for row in SITUATIONS.values():
        if row.priority == "P1" and row.trade is not Trade.OFFICE:
            assert ROWS[row.id].page, row.id


def test_a_situation_that_we_do_not_know_goes_by_its_trade() -> None:
    assert needs_of("Z99", Trade.HVAC) == TRADES["hvac"]
    assert needs_of(None) == TRADES["unknown"]
    assert isinstance(needs_of("P01"), Needs)
