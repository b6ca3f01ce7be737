"""What a missed caller reads. GSM-7, the company's name, what happened, the time, the safety line, how to stop."""

from datetime import datetime

from callbacks.promise import spoken_day
from models.company import Company
from routing.words import clock_time
from triage.situations import SCRIPTS

SAFETY = "If this is a gas smell, CO alarm, sparks or fire, leave and call 911."


def missed(company: Company, called_at: datetime, at: datetime | None, now: datetime) -> str:
    """The text to a missed caller (docs/domain/intake.md section 10)."""
    return (
        f"{company.name}: sorry we missed you at {clock_time(company, called_at)}. {_when(company, at, now)} {SAFETY} "
        "Reply with what's wrong and your address to go faster. Reply STOP to opt out."
    )


def agreed(company: Company, called_at: datetime, at: datetime | None, now: datetime) -> str:
    """The text to a caller who was told on the telephone that a person will call."""
    return (
        f"{company.name}: we have your request from {clock_time(company, called_at)}. {_when(company, at, now)} "
        "If it gets dangerous call 911. Reply to add anything. Reply STOP to opt out."
    )


def _when(company: Company, at: datetime | None, now: datetime) -> str:
    return f"A person will call you back by {spoken_day(company, at, now)}." if at else "A person will call you back."


def on_it(company: Company) -> str:
    """To a caller who hung up after an emergency was understood: the page is out, nobody has taken it yet."""
    return (
        f"{company.name}: we have your call and are alerting our on-call technician, who will phone you. {SAFETY} "
        "Reply with your address if you have not given it. Reply STOP to opt out."
    )


def please_call(company: Company) -> str:
    """To somebody who writes out of the blue: texts are read with a call, a call is answered at once."""
    return f"{company.name}: please call {company.phone}, we answer day and night. {SAFETY}"


def emergency_by_text(company: Company, script: str | None) -> str:
    """To a caller whose text holds an emergency: its safety script, and that the technician is being alerted."""
    safety = SCRIPTS[script].en if script and script != "S00" else SAFETY
    safety = safety.format(gas_utility=company.gas_utility, elec_utility=company.electric_utility)
    return f"{company.name}: we are alerting our on-call technician. {safety}"


def all_out(company: Company) -> str:
    """Five minutes after a caller was sent outside."""
    return (
        f"{company.name}: are you all out, and has 911 or {company.gas_utility} been called? "
        "Reply 1 for yes, 2 if you need help. In danger, call 911."
    )


def stay_out(company: Company) -> str:
    """They are all out."""
    return f"{company.name}: good. Do not go back in until they say it is safe. Our technician will phone you."


def help_is_told(company: Company) -> str:
    """They need help."""
    return f"{company.name}: call 911 now. We are telling our people this minute; one of them will phone you."


def no_card(company: Company) -> str:
    """A card number came by text: it was not kept."""
    return f"{company.name}: please never text a card number. We have not kept it. A person will help you pay."
