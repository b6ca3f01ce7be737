"""[callbacks] of the profile."""

from pathlib import Path

from firstring.settings import EXAMPLE_PROFILE
from models.company import Callbacks, Company
from tests.profiles import line_of, mistakes

EXAMPLE = EXAMPLE_PROFILE.read_text("utf-8")


def test_the_example_says_what_holds_without_it(shop: Company) -> None:
    assert shop.callbacks == Callbacks()


def test_mistakes_are_named_with_their_line(tmp_path: Path) -> None:
    text = EXAMPLE.replace("retry_minutes = [5, 30, 120] ", "retry_minutes = [] ").replace("hold_minutes", "hold_for")
    found = mistakes(tmp_path, text)
    assert any(one.startswith(f"{line_of(text, 'retry_minutes')}: callbacks.retry_minutes: ") for one in found)
    assert f"{line_of(text, 'hold_for')}: callbacks.hold_for: there is no such key; is it misspelt?" in found
