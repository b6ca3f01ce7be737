"""What technicians and customers read and hear about a job. GSM-7 only, no more personal data than is needed."""

from datetime import datetime

from models.company import Company, Person
from models.tables import Job, PageRun
from routing import jobs


def clock_time(company: Company, moment: datetime) -> str:
    """A time of day on the company's wall: 2:35 PM."""
    return moment.astimezone(company.timezone).strftime("%I:%M %p").lstrip("0")


def page_text(job: Job) -> str:
    """The page by text (docs/domain/intake.md section 10)."""
    where = jobs.place(job) or "Address to follow"
    known = f" {jobs.known_answers(job)}." if jobs.known_answers(job) else ""
    call = f" Call {job.callback}." if job.callback else " Number withheld."
    reply = f"Reply A{job.number} accept / D{job.number} pass."
    return f"{job.priority} #{job.number} {jobs.title(job)}. {where}.{known}{call} {reply}"


def page_spoken(job: Job) -> str:
    """The page as it is read out on the phone; the keys are added by the door that speaks it."""
    where = f"Address: {jobs.place(job)}." if jobs.place(job) else "The address will follow by text."
    return f"{job.priority} job {spaced(str(job.number))}. {jobs.title(job)}. {where}"


def brief(job: Job) -> str:
    """What was learned since the page left."""
    known = (job.name, jobs.place(job), jobs.known_answers(job))
    facts = ". ".join(one for one in known if one)
    return f"#{job.number} {jobs.title(job)}: {facts + '. ' if facts else ''}Call {job.callback or 'number withheld'}."


def accepted(company: Company, person: Person, by: datetime) -> str:
    """To the customer, when a technician has taken the job. No arrival time: nobody gave one."""
    first = person.name.split()[0]
    return (
        f"{company.name}: {first}, our on-call technician, has your call and will phone you by "
        f"{clock_time(company, by)}. If anyone is in danger call 911. Reply STOP to opt out."
    )


def answered(answer: str, job: Job, run: PageRun, company: Company) -> str:
    """To the technician, after a yes or a no."""
    if answer == "yours":
        where = jobs.place(job) or "address to follow"
        return f"#{job.number} is yours. {jobs.title(job)}, {where}. Call {job.callback or 'number withheld'} now."
    if answer == "taken" and run.acknowledged_by and run.acknowledged_at:
        who = _name(company, run.acknowledged_by)
        return f"#{job.number} was taken by {who} at {clock_time(company, run.acknowledged_at)}. Thank you."
    return f"#{job.number} passed on. Thank you."


def needs_help(job: Job) -> str:
    """To everyone in charge: a caller who was sent outside asks for help."""
    return f"#{job.number} {jobs.title(job)}: the caller writes that they NEED HELP. Call {job.callback} now."


def how_to_answer(code: int) -> str:
    """To a technician who answered a page in words we cannot act on."""
    return f"Not taken yet. Reply A{code} to accept or D{code} to pass."


def _name(company: Company, person_id: str) -> str:
    found = company.find(person_id)
    return found.name if found else "somebody else"


def no_such_page(code: int | None) -> str:
    """To a technician whose code fits nothing of theirs."""
    return f"No page {code} for this number." if code else "There is no page for this number."


def spaced(characters: str) -> str:
    """Digits apart, so that a voice reads them one by one."""
    return " ".join(characters)


def answered_spoken(answer: str, job: Job, run: PageRun, company: Company) -> str:
    """To the technician on the phone, after a key."""
    if answer == "yours":
        return f"Job {spaced(str(job.number))} is yours. The details are in your texts. Thank you."
    if answer == "taken" and run.acknowledged_by:
        return f"Thank you. {_name(company, run.acknowledged_by)} has taken it."
    return "Thank you. The next person is being called."
