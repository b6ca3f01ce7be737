"""Every number that is ours is known as ours, so that nobody texts or rings it."""

import pytest

from firstring import assembly, profile
from firstring.settings import EXAMPLE_PROFILE, load
from tests.firstring.test_settings import GOOD

NUMBER = "+15125550155"
SECOND = {
    "FIRSTRING_SECOND_ACCOUNT_SID": "AC" + "1" * 32,
    "FIRSTRING_SECOND_AUTH_TOKEN": "u" * 32,
    "FIRSTRING_SECOND_NUMBER": NUMBER,
}


def test_the_number_of_the_second_account_is_one_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")  # no .env of the developer's
    shop = profile.load(EXAMPLE_PROFILE)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    assert assembly.with_links(load(), shop).own_numbers == {shop.phone}
    for name, value in SECOND.items():
        monkeypatch.setenv(name, value)
    assert assembly.with_links(load(), shop).own_numbers == {shop.phone, NUMBER}
    methods = assembly.methods_for(load(), shop)
    assert [methods.account_of(one) for one in (shop.phone, NUMBER, "", "sip:shop@example.com")] == [0, 1, 0, 0]
