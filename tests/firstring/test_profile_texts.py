"""A company's own texts: `[texts.*]` of the profile."""

from pathlib import Path

from callbacks.texts import say
from firstring.settings import EXAMPLE_PROFILE
from tests.profiles import line_of, mistakes, written

SHOP = EXAMPLE_PROFILE.read_text("utf-8")


def test_a_company_may_write_its_own(tmp_path: Path) -> None:
    shop = written(tmp_path, SHOP + '\n[texts.stay_out]\nen = "{company}: stay outside, we phone you."\n')
    assert say(shop, "stay_out") == "Hometown Plumbing, Heating & Electric: stay outside, we phone you."
    assert say(shop, "stay_out", "es").endswith("Nuestro técnico le llamara.")


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    own = '\n[texts.no_card]\nen = "Reply YES ✋"\n\n[texts.nothing]\nes = "x"\n\n[texts.help_told]\nfr = "non"\n'
    text = SHOP + own
    found = mistakes(tmp_path, text)
    at = line_of(text, "Reply YES")
    assert [one for one in found if one.startswith(f"{at}: texts.no_card.en: ")] == [
        f"{at}: texts.no_card.en: '✋' is not a character of GSM-7",
        f"{at}: texts.no_card.en: asks for YES, which carriers take for an opt-out or an opt-in: ask for another word "
        "or a digit",
        f"{at}: texts.no_card.en: the company's name is missing: write {{company}}",
    ]
    assert any(one.startswith(f"{line_of(text, 'texts.nothing')}: texts.nothing: there is no text") for one in found)
    assert any("texts.help_told.fr: there is no such key" in one for one in found)
