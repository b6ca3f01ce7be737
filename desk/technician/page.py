"""The technician's page as HTML: no script, no picture, nothing from elsewhere. What comes first is what is needed."""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote_plus

from desk.technician.card import Brief, Card

_DATA = files(__package__).joinpath("data")
_PAGE = Template(_DATA.joinpath("page.html").read_text("utf-8"))
_STYLE = _DATA.joinpath("style.css").read_text("utf-8").strip()

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
"""Of every answer at this door. The style is the only thing the page may use, and it is named by its hash."""

MAP = "https://www.google.com/maps/search/?api=1&query="
"""Opens the map's own app on both kinds of phone, and a page on all others."""


def page(card: Card) -> str:
    """The whole document, under 20 kB."""
    head = f'<p class="top"><b>{escape(card.priority)}</b> #{card.number}</p><h1>{escape(card.title)}</h1>'
    parts = [head, f'<p class="status" role="status">{escape(card.status)}</p>']
    if card.brief is not None:
        parts += [_first_buttons(card), _where(card.brief), _what(card), _more_buttons(card), _around(card)]
    return _document(f"#{card.number}", "\n".join(parts))


def gone(phone: str) -> str:
    """What a link that opens nothing says: forged, older than a day, or of somebody who left."""
    text = (
        "<h1>This link does not open a page any more</h1>"
        "<p>Links are good for 24 hours. To take a job, answer its text: <b>A</b> and the number of the job, "
        "such as A4821.</p>"
        f'<a class="big" href="tel:{escape(phone)}">Call the office</a>'
    )
    return _document("No page here", text)


def _document(title: str, body: str) -> str:
    return _PAGE.substitute(title=escape(title), style=_STYLE, body=body)


def _form(do: str, button: str, fields: str = "", kind: str = "") -> str:
    return f'<form method="post">{fields}<button class="{kind}" name="do" value="{do}">{escape(button)}</button></form>'


def _minutes(label: str, value: int | None = None) -> str:
    filled = f' value="{value}"' if value else ""
    field = f'<input name="minutes" type="number" inputmode="numeric" min="1" max="240"{filled}>'
    return f"<label>{escape(label)}{field}</label>"


def _first_buttons(card: Card) -> str:
    """What is wanted of them now, above everything else."""
    if card.state == "open":
        no = _form("pass", "Pass", kind="no") if card.may_pass else ""
        return _form("accept", "Accept", kind="go") + no
    first = _hand_over(card, "go") if card.must_send else ""
    if card.arrived:
        return first
    kind = "" if first else "go"
    return first + _form("on_way", "On my way", _minutes("Minutes until you are there", card.minutes), kind)


def _hand_over(card: Card, kind: str = "") -> str:
    """The form with which somebody else is sent; nothing where nobody may go."""
    if not card.others:
        return ""
    others = "".join(f'<option value="{escape(one)}">{escape(name)}</option>' for one, name in card.others)
    hand = f'<label>To<select name="to" required>{others}</select></label>'
    return _form("reassign", "Hand it over", hand, kind)


def _where(brief: Brief) -> str:
    rows = [("Customer", brief.name), ("Address", brief.place), *brief.notes]
    tel = f'<a class="big" href="tel:{escape(brief.phone)}">Call the customer</a>' if brief.phone else ""
    way = quote_plus(brief.place)
    maps = f'<a class="big" rel="noreferrer" href="{MAP}{way}">Open the map</a>' if brief.place else ""
    none = "" if brief.phone else "<p>The caller's number was withheld.</p>"
    return tel + maps + none + _rows(rows)


def _what(card: Card) -> str:
    said = [("The caller said", card.problem), ("Answered", card.answers)]
    said += [("Licence", card.skill), ("Permit", card.permit), ("May do the work itself", card.for_the_work)]
    parts = f"<h2>Likely needed</h2>{_list(card.parts)}" if card.parts else ""
    script = ""
    if card.script is not None:
        name, words = card.script
        script = f"<details><summary>The caller was told: {escape(name)}</summary><p>{escape(words)}</p></details>"
    return _rows(said) + parts + script


def _more_buttons(card: Card) -> str:
    """What may be wanted later, once the job is theirs."""
    if card.state != "yours":
        return ""
    hand = "" if card.must_send else _hand_over(card)
    part = '<label>Part<input name="part" maxlength="200" required></label>'
    return "".join(
        (
            _form("called", "I phoned the customer"),
            "" if card.arrived else _form("arrived", "I have arrived", kind="go"),
            f"<details><summary>A part is missing</summary>{_form('part', 'Tell the office', part)}</details>",
            f"<details><summary>Somebody else should go</summary>{hand}</details>" if hand else "",
            f"<details><summary>I cannot go</summary>{_form('pass', 'Pass it on', kind='no')}</details>",
        )
    )


def _around(card: Card) -> str:
    lines = _list(f"{at} {words}" for at, words in card.history)
    return f"<details><summary>What happened so far</summary>{lines}</details>"


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    filled = "".join(f"<dt>{escape(what)}</dt><dd>{escape(words)}</dd>" for what, words in rows if words)
    return f"<dl>{filled}</dl>" if filled else ""


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in lines)}</ul>"
