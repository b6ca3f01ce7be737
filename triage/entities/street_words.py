"""Words that streets are told by: roads with a number, kinds that come first, endings; and words no street has."""

NOT_STREET = frozenset(
    "and i i'm it's it is the my we there there's water gas no yes is are was in at for on with have has a an of to "
    "minutes minute hours hour days day years year weeks degrees feet inches dollars am pm o'clock times people kids "
    "toilets bathrooms breakers outlets that's that this please thank thanks zip code because but so um uh "
    "our your his her "
    "their me us not did does do be been back off out down past would could should how hard mean meant sorry "
    "wait actually correction perdon digo over near from by behind coming going new across down every whole "
    "same "
    "wrong cross she he they you who what when then if or just about around like some any all no se son sin "
    "que y con para "
    "por hay como esta es mi tu su un una aqui alla pero donde".split()
)
"""Words that end a street's name, and that none begins with."""

ROADS = {
    tuple(said.split()): written
    for said, written in (
        ("county road", "County Road"), ("state road", "State Road"), ("state route", "State Route"),
        ("route", "Route"),
        ("state highway", "State Highway"), ("u s highway", "US Highway"), ("us highway", "US Highway"),
        ("highway", "Highway"), ("interstate", "Interstate"), ("farm to market road", "Farm to Market Road"),
        ("farm to market", "Farm to Market Road"), ("farm road", "Farm Road"), ("f m", "FM"), ("fm", "FM"),
        ("ranch road", "Ranch Road"), ("ranch to market road", "Ranch to Market Road"),
        ("ranch to market", "Ranch to Market Road"),
        ("township road", "Township Road"), ("private road", "Private Road"), ("rural route", "Rural Route"),
        ("county highway", "County Highway"), ("forest road", "Forest Road"), ("carretera", "Carretera"),
    )
}  # fmt: skip
"""Roads that are known by their number, which follows."""

TYPE_FIRST = frozenset("calle avenida camino paseo via rue calzada bulevar privada callejon vista".split())
"""Kinds of street that are said before the name."""

LINKS = frozenset("de del la las los el san santa".split())
"""Little words inside a Spanish name."""

ALONE = frozenset("broadway".split())
"""Streets whose whole name is one word."""

ENDINGS = frozenset(
    "hollow glen point walk bluff heights hill hills creek crest grove landing meadow meadows knoll manor "
    "view commons chase "
    "trace estates gardens mews overlook springs valley woods alley quay wharf common green park close lawn".split()
)
"""What names of streets end with that have no suffix; believed only after a house number."""

KINDS_FIRST = TYPE_FIRST | {words[0] for words in ROADS if len(words[0]) > 2 and words[0] not in ("state", "farm")}
"""Words with which a street begins that says first what kind it is: "calle roble", "county road nine"."""

DIRECTIONS = frozenset("north south east west northeast northwest southeast southwest".split())
"""What a street\'s name begins or ends with."""
