"""The technician's page: what somebody woken at three needs, on one screen of a bad phone, behind a signed link.

Never here: business rules; what a button does is in routing/paging.
"""

from desk.technician.door import router as router

__all__ = ["router"]
