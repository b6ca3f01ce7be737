"""What an utterance asks of the conversation itself: a person, a repetition, to be left alone, Spanish."""

from models.enums import Language
from triage.rules.book import RuleBook, Utterable, load_book
from triage.words.normalise import words_of

BY_ROW = {"A19": "robocall", "A21": "wrong_number", "A22": "person", "A23": "opt_out", "A24": "robot_question"}
"""Rows that are signals too."""

_SPANISH = frozenset(
    "el la los las un una que de en mi su se es esta estoy tengo hay por favor con para y pero muy mucho mucha agua "
    "casa "
    "no si huele gas bano cocina necesito quiero ayuda senor senora usted cuando donde como ahorita ahora gracias hola "
    "buenos buenas dias tardes noches le lo me al del hace sale saliendo tubo luz aire calefaccion calentador "
    "fuga fugas olor apesta quemado quemada quema quemando revento reventada reventado tuberia tuberias monoxido "
    "carbono alarma alarmas chispa chispas chispazo chispazos humo fuego incendio inundado inundada inundando "
    "inundacion derrame drenaje toma corriente cortocircuito desmayo desmayado mareado mareada".split()
)
"""What people say first, and what they say in danger, who then say little else."""
_ENGLISH_TOO = frozenset({"no", "me", "gas", "un", "a", "si", "se", "le", "la", "el", "es", "con", "de", "mi", "casa"})


def find_signals(heard: Utterable, rows: frozenset[str], answer: str | None) -> frozenset[str]:
    """The signals of one utterance. `rows` are the rows matched in it, `answer` how it answers a yes/no question."""
    book: RuleBook = load_book("signals.toml")
    found = {match.rule.stands_for for match in book.matches(heard)} - {"card_words"}
    found |= {name for row, name in BY_ROW.items() if row in rows}
    if answer in ("yes", "no"):
        found.add(f"confirmation_{answer}")
    if language_of(heard) is Language.ES:
        found.add("spanish")
    return frozenset(found)


def language_of(heard: Utterable) -> Language:
    """Spanish when at least half of the words are, and at least two of them are not English too."""
    spanish = [word for word in heard.words if word in _SPANISH]
    sure = set(spanish) - _ENGLISH_TOO
    enough = len(sure) >= 2 or (sure and len(heard.words) <= 4)
    if "espanol" in heard.words or (enough and 2 * len(spanish) >= len(heard.words)):
        return Language.ES
    return Language.EN


def holds_spanish(text: str) -> bool:
    """Whether a written text holds words that are Spanish and nothing else, be it in Spanish or not."""
    return bool(set(words_of(text)) & (_SPANISH - _ENGLISH_TOO))
