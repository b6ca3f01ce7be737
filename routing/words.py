"""What technicians read and hear about a job. GSM-7 only, no more personal data than is needed."""

import re
import unicodedata
from datetime import datetime

from models.company import Company, Person
from models.tables import Job, PageRun
from routing import jobs

TWO_SEGMENTS = 306
"""Characters of a text that is billed as two: 2 x 153 of GSM-7."""

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The characters of one septet (3GPP TS 23.038). Those of two, such as brackets, we do not use."""


def gsm(text: str) -> str:
    """A text in GSM-7: letters lose marks it does not know, quotes and dashes become plain, the rest is left out."""
    for fancy, plain in (("‘", "'"), ("’", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("…", "...")):
        text = text.replace(fancy, plain)
    bare = (one if one in GSM_7 else unicodedata.normalize("NFKD", one)[0] for one in text)
    return "".join(one for one in bare if one in GSM_7)


def clock_time(company: Company, moment: datetime) -> str:
    """A time of day on the company's wall: 2:35 PM."""
    return moment.astimezone(company.timezone).strftime("%I:%M %p").lstrip("0")


# ---- to the technician: the page -------------------------------------------------------------------------------------
def gist(job: Job, *, linked: bool) -> str:
    """What a page says first. With a link beside it neither the house number nor the caller's (intake.md 10)."""
    known = jobs.known_answers(job)
    head = f"{job.priority} #{job.number} {jobs.title(job)}"
    if linked:
        return gsm(f"{head}{', ' + known if known else ''}. {street(job)}.")
    call = f"Call {job.callback}." if job.callback else "Number withheld."
    return gsm(f"{head}. {jobs.place(job) or 'Address to follow'}.{f' {known}.' if known else ''} {call}")


def page_text(job: Job, link: str | None = None) -> str:
    """The page by text, two segments at most where a link holds the rest."""
    reply = f"Reply A{job.number} accept / D{job.number} pass."
    said = gist(job, linked=link is not None)
    if link is None:
        return f"{said} {reply}"
    room = TWO_SEGMENTS - len(link) - len(reply) - 2
    return f"{said if len(said) <= room else said[: room - 3].rstrip(' ,.') + '...'} {link} {reply}"


def page_spoken(job: Job) -> str:
    """The page as it is read out on the phone; the keys are added by the door that speaks it."""
    known = jobs.known_answers(job)
    return (
        f"{job.priority} job {spaced(str(job.number))}. {jobs.title(job)}. {f'{known}. ' if known else ''}"
        f"{street(job)}. The rest follows when you take it."
    )


def street(job: Job) -> str:
    """Where it is, to decide by: street and ZIP without the house number."""
    parts = job.address or {}
    return ", ".join(str(parts[key]) for key in ("street", "zip") if parts.get(key)) or "Address to follow"


def brief(job: Job, link: str | None = None) -> str:
    """Everything that is known, for whoever took the job (and, where pages have no link, for all who were paged)."""
    known = (job.name, jobs.place(job), jobs.known_answers(job))
    facts = ". ".join(one for one in known if one)
    call = f"Call {job.callback or 'number withheld'}."
    return gsm(f"#{job.number} {jobs.title(job)}: {facts + '. ' if facts else ''}{call}{' ' + link if link else ''}")


def learned(job: Job, link: str) -> str:
    """What was learned since the page left, to somebody who has not taken the job: the rest is behind the link."""
    return f"{gist(job, linked=True)} {link}"


# ---- to the technician: after an answer ------------------------------------------------------------------------------
def answered(answer: str, job: Job, run: PageRun, company: Company) -> str:
    """To the technician, after a yes or a no."""
    if answer == "yours":
        where = jobs.place(job) or "address to follow"
        tell = "" if run.on_way_at else " When you leave, reply with minutes, such as 40 min."
        call = f"Call {job.callback or 'number withheld'} now."
        return gsm(f"#{job.number} is yours. {jobs.title(job)}, {where}. {call}{tell}")
    if answer == "taken":
        return gsm(f"#{job.number} was {taken_by(run, company)}. Thank you.")
    return f"#{job.number} passed on. Thank you."


def answered_spoken(answer: str, job: Job, run: PageRun, company: Company) -> str:
    """To the technician on the phone, after a key."""
    if answer == "yours":
        place = re.sub(r"\b\d+\b", lambda one: spaced(one[0]), jobs.place(job)) or "Address to follow"
        return f"Job {spaced(str(job.number))} is yours. {place}. {_number_spoken(job)} Your texts have it too."
    if answer == "taken":
        return f"Thank you. This job was {taken_by(run, company)}."
    return "Thank you. The next person is being called."


def _number_spoken(job: Job) -> str:
    if not job.callback:
        return "The caller's number was withheld."
    digits = job.callback.removeprefix("+1").lstrip("+")
    return f"Call {spaced(digits[:3])}, {spaced(digits[3:6])}, {spaced(digits[6:])}."


def on_way_noted(job: Job, run: PageRun) -> str:
    """To the technician who said that they are on the way."""
    told = f" The customer knows: about {run.minutes} minutes." if run.minutes else ""
    return f"#{job.number}: on the way, noted.{told} Thank you."


def still_asked(job: Job) -> str:
    """The question again, to one who answered it in words we cannot act on."""
    return (
        f"#{job.number} is yours. Are you on the way? Reply with minutes, such as 40 min, A{job.number} if you go "
        f"later, or D{job.number} to pass."
    )


def paged_again(job: Job) -> str:
    """To a technician whose silence was too long."""
    return f"#{job.number} is being paged again: we did not hear from you. Reply A{job.number} if you are going."


def needs_help(job: Job) -> str:
    """To everyone in charge: a caller who was sent outside asks for help."""
    return f"#{job.number} {jobs.title(job)}: the caller writes that they NEED HELP. Call {job.callback} now."


def nobody_took(job: Job) -> str:
    """To the owner: the ladder has ended and nobody has taken the job."""
    call = f"Call {job.callback}" if job.callback else "Number withheld; see the desk"
    return gsm(f"{job.priority} #{job.number} {jobs.title(job)}: NOBODY has taken it. {call}. Reply A{job.number}.")


def part_missing(job: Job, person: Person, part: str) -> str:
    """To those who answer for the shop: what the technician needs to finish."""
    return gsm(f"#{job.number} {jobs.title(job)}: {person.name} needs a part: {part}")


def how_to_answer(code: int) -> str:
    """To a technician who answered a page in words we cannot act on."""
    return f"Not taken yet. Reply A{code} to accept or D{code} to pass."


def which_job(paged: int, held: int) -> str:
    """To a technician who gave minutes while one job is theirs and another is offered to them."""
    return f"Which job? Reply A{held} 40 for minutes to the one you have; A{paged} or D{paged} for the new one."


def no_such_page(code: int | None) -> str:
    """To a technician whose code fits nothing of theirs."""
    return f"No page {code} for this number." if code else "There is no page for this number."


# ---- for all ---------------------------------------------------------------------------------------------------------
def spaced(characters: str) -> str:
    """Digits apart, so that a voice reads them one by one."""
    return " ".join(characters)


def taken_by(run: PageRun, company: Company) -> str:
    """Who took it, and when: taken by Marcus Bell at 2:35 AM."""
    if run.acknowledged_by is None or run.acknowledged_at is None:
        return "closed"
    found = company.find(run.acknowledged_by)
    return f"taken by {found.name if found else 'somebody else'} at {clock_time(company, run.acknowledged_at)}"
