"""[consent] and [retention] of the profile."""

from pathlib import Path

import pytest

from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.lawful import Consenting, Retention
from tests.profiles import line_of, mistakes

EXAMPLE = EXAMPLE_PROFILE.read_text("utf-8")
COUNTRIES = 'countries = ["US", "CA"]'


def without(text: str, table: str) -> str:
    """The file without one of its tables."""
    before, _, after = text.partition(f"[{table}]")
    return before + after[after.index("\n[") :]


def test_the_example_says_what_holds_without_it(tmp_path: Path) -> None:
    bare = tmp_path / "business.toml"
    bare.write_text(without(without(EXAMPLE, "consent"), "retention"), "utf-8")
    for company in (profiles.load(EXAMPLE_PROFILE), profiles.load(bare)):
        assert (company.consenting, company.retention) == (Consenting(), Retention())


def test_a_shop_at_the_border_serves_mexico_too(tmp_path: Path) -> None:
    path = tmp_path / "business.toml"
    path.write_text(EXAMPLE.replace(COUNTRIES, 'countries = ["US", "MX"]'), "utf-8")
    assert profiles.load(path).consenting.countries == {"US", "MX"}


@pytest.mark.parametrize("wrong", ['countries = ["USA"]', 'countries = ["us"]', "countries = []"])
def test_what_is_no_country_is_named_with_its_line(tmp_path: Path, wrong: str) -> None:
    text = EXAMPLE.replace(COUNTRIES, wrong)
    found = mistakes(tmp_path, text)
    assert any(one.startswith(f"{line_of(text, wrong)}: consent.countries") for one in found), found
