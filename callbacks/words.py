"""What a missed caller reads. GSM-7, the company's name, what happened, the time, the safety line, how to stop."""

from datetime import datetime

from callbacks.promise import spoken_day
from models.company import Company
from triage.situations import SCRIPTS

SAFETY = "If this is a gas smell, CO alarm, sparks or fire, leave and call 911."


def promised(company: Company, called_at: datetime, at: datetime | None, now: datetime) -> str:
    """The text to a missed caller (docs/domain/intake.md section 10)."""
    called = called_at.astimezone(company.timezone).strftime("%I:%M %p").lstrip("0")
    when = f"A person will call you back by {spoken_day(company, at, now)}." if at else "A person will call you back."
    return (
        f"{company.name}: sorry we missed you at {called}. {when} {SAFETY} "
        "Reply with what's wrong and your address to go faster. Reply STOP to opt out."
    )


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
