"""[follow_ups] of the profile."""

from dataclasses import replace
from pathlib import Path

from firstring import profile_followups
from firstring.settings import EXAMPLE_PROFILE
from models.company import Company, FollowUps
from models.lawful import Texting
from tests.profiles import line_of, mistakes, written

EXAMPLE = EXAMPLE_PROFILE.read_text("utf-8")
URL = "https://g.page/r/CfX2-abc_1/review"


def test_the_example_asks_nobody_and_says_what_holds_without_it(shop: Company) -> None:
    assert shop.follow_ups == FollowUps() and shop.follow_ups.review_url is None


def test_a_link_is_all_that_it_takes(tmp_path: Path) -> None:
    text = EXAMPLE.replace('# review_url = "https://..."', f'review_url = "{URL}"')
    assert written(tmp_path, text).follow_ups == FollowUps(URL)


def test_mistakes_are_named_with_their_line(tmp_path: Path) -> None:
    text = EXAMPLE.replace('# review_url = "https://..."', 'review_url = "http://example.com"')
    text = text.replace("referral_days = 90", "referal_days = 90").replace("reminder_days = 3", "reminder_days = 0")
    found = mistakes(tmp_path, text)
    assert any(one.startswith(f"{line_of(text, 'review_url =')}: follow_ups.review_url: ") for one in found)
    assert any(one.startswith(f"{line_of(text, 'reminder_days')}: follow_ups.reminder_days: ") for one in found)
    assert f"{line_of(text, 'referal_days')}: follow_ups.referal_days: there is no such key; is it misspelt?" in found
    [often] = mistakes(tmp_path, EXAMPLE.replace("referral_days = 90", "referral_days = 7"))
    assert "must be 0 (never) or at least 30" in often


def test_asking_without_a_sender_for_it_is_warned_of(shop: Company) -> None:
    wants = replace(shop, follow_ups=FollowUps(URL), texting=Texting(campaign="CM12345", sandbox=False))
    assert "marketing_service_sid" in profile_followups.warnings(wants)[0]
    assert profile_followups.warnings(shop) == []
