"""Who may be sent for what: licences as data, the judgement with its reason in words, and the hint at a permit."""

from routing.licences.judge import ANYWHERE, Errand, Site, Verdict, may_be_sent
from routing.licences.needs import CRAFTS, LICENCES, Craft, Gas, Licence, Needs, needs_of
from routing.licences.permits import PermitAnswer, PermitHint, permit_hint
from routing.licences.sites import site_of

__all__ = [
    "ANYWHERE",
    "CRAFTS",
    "LICENCES",
    "Craft",
    "Errand",
    "Gas",
    "Licence",
    "Needs",
    "PermitAnswer",
    "PermitHint",
    "Site",
    "Verdict",
    "may_be_sent",
    "needs_of",
    "permit_hint",
    "site_of",
]
