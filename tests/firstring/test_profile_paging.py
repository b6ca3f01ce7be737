"""Licences, permits and policies in the profile: read, refused with their line, warned of."""

from datetime import date
from pathlib import Path

from firstring.profile import load, warnings
from firstring.profile_paging import by_mail
from firstring.settings import EXAMPLE_PROFILE
from models.enums import Channel, Priority, Trade
from routing.policies import choose
from tests.profiles import line_of, mistakes, written

EXAMPLE = EXAMPLE_PROFILE.read_text("utf-8")

THE_18TH = date(2026, 11, 18)

POLICY = """
[[policy]]
id = "water"
priorities = ["P1"]
trades = ["plumbing"]
classes = ["PROPERTY_DAMAGE"]

[[policy.rung]]
who = "first"
wait_s = 200
repeat_calls = 2
repeat_call_after_s = 60

[[policy.rung]]
who = "walt"
channels = ["call", "text"]
wait_s = 300
"""


def test_the_example_has_its_licences_on_record_and_needs_no_warning() -> None:
    shop = load(EXAMPLE_PROFILE)
    (tom,) = shop.person("tom").credentials
    assert (tom.kind, tom.grade, tom.state, tom.supervises) == ("electrician", "master", "TX", True)
    assert {one.state for one in shop.person("elena").credentials} == {"TX", "US"}
    assert warnings(shop, THE_18TH) == []


def test_a_trade_without_a_licence_on_record_is_a_warning_unless_the_state_has_none(tmp_path: Path) -> None:
    start = EXAMPLE.index('\n[[staff.credential]]\nkind = "electrician"')
    text = EXAMPLE[:start] + EXAMPLE[EXAMPLE.index("[[staff]]", start) :]
    (warning,) = warnings(written(tmp_path, text), THE_18TH)
    assert warning.startswith("Tom Okafor: no electrician licence is on record")
    assert warnings(written(tmp_path, text + '\n[licences]\nnot_required = ["electrician"]\n'), THE_18TH) == []


def test_a_licence_that_has_expired_or_soon_will_is_a_warning_until_it_is_renewed(tmp_path: Path) -> None:
    gone = EXAMPLE.replace("expires = 2038-11-17", "expires = 2026-11-17")
    assert warnings(written(tmp_path, gone), THE_18TH) == [
        "Tom Okafor: master electrician licence TX expired 2026-11-17, so they are not paged for what needs it"
    ]
    (soon,) = warnings(written(tmp_path, gone), date(2026, 11, 17))  # its last good day
    assert soon == "Tom Okafor: master electrician licence TX expires 2026-11-17"
    assert warnings(written(tmp_path, gone), date(2026, 10, 1)) == []
    renewed = '\n[[staff.credential]]\nkind = "electrician"\ngrade = "master"\nexpires = 2030-11-17\n'
    start = gone.index("[[staff]]", gone.index('id = "tom"'))
    assert warnings(written(tmp_path, gone[:start] + renewed + "\n" + gone[start:]), THE_18TH) == []


MAILED = """
[[policy]]
id = "mailed"
priorities = ["P2"]

[[policy.rung]]
who = "managers"
channels = ["email"]
wait_s = 300
"""


def test_a_ladder_by_email_where_nobody_has_an_address_is_refused_with_their_names(tmp_path: Path) -> None:
    (wrong,) = mistakes(tmp_path, EXAMPLE + MAILED)
    assert "managers is reached by e-mail alone, and priya, walt has no address" in wrong
    assert written(tmp_path, EXAMPLE + MAILED.replace('["email"]', '["email", "text"]')).policies
    text = EXAMPLE.replace('name = "Priya Shah"', 'name = "Priya Shah"\nemail = "p@shop.example"')
    text = text.replace('name = "Walt Kowalski"', 'name = "Walt Kowalski"\nemail = "w@shop.example"')
    assert by_mail(written(tmp_path, text + MAILED)) == ["mailed"]


def test_a_misspelt_licence_is_named_with_its_line(tmp_path: Path) -> None:
    text = EXAMPLE.replace("expires = 2038-11-17", "expires = 2038-11-17\nexpired = true")
    assert mistakes(tmp_path, text) == [
        f"{line_of(text, 'expired = true')}: staff.3.credential.1.expired: there is no such key; is it misspelt?"
    ]
    text = EXAMPLE.replace('grade = "technician"', 'grade = "chief"')
    (wrong,) = mistakes(tmp_path, text)
    assert "the grade of this HVAC licence must be one of: apprentice, technician" in wrong
    text = EXAMPLE.replace('kind = "plumber"', 'kind = "plumer"', 1)
    assert mistakes(tmp_path, text)[0].startswith(
        f"{line_of(text, 'plumer')}: staff.1.credential.1.kind: must be a kind"
    )


def test_a_policy_of_the_shop(tmp_path: Path) -> None:
    shop = written(tmp_path, EXAMPLE + POLICY)
    policy = choose(shop, Priority.P1, Trade.PLUMBING, "P01")
    assert policy.id == "water" and [one.who for one in policy.steps] == ["first", "walt"]
    assert policy.steps[0].channels == (Channel.TEXT, Channel.CALL)
    assert policy.steps[1].channels == (Channel.CALL, Channel.TEXT)


def test_a_policy_that_could_lose_a_page_is_refused_with_its_line(tmp_path: Path) -> None:
    text = EXAMPLE + POLICY.replace('who = "walt"', 'who = "marcus"')
    found = mistakes(tmp_path, text)
    assert all(one.startswith(f"{line_of(text, '[[policy]]')}: policy.1: ") for one in found)
    assert any("must end with managers" in one for one in found)


def test_the_shops_own_word_on_permits_and_an_e_mail(tmp_path: Path) -> None:
    text = EXAMPLE.replace(
        'phone = "+15125550113"', 'phone = "+15125550113"\nemail = "tom@example.com"\nlanguages = ["en", "es"]'
    )
    shop = written(tmp_path, text + '\n[permits]\nlight_fixture = "yes"\n')
    assert shop.permits == (("light_fixture", "yes"),)
    assert shop.person("tom").email == "tom@example.com" and shop.person("tom").languages == {"en", "es"}
    assert any("a kind of work" in one for one in mistakes(tmp_path, text + '\n[permits]\nlamps = "yes"\n'))


def test_the_examples_licences_outlast_this_version() -> None:
    held = [one for person in load(EXAMPLE_PROFILE).staff for one in person.credentials]
    assert all(one.expires is None or one.expires > date(2035, 1, 1) for one in held)
