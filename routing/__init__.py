"""What happens next: jobs, who is on call, paging, warm transfer.

Never here: how a call sounds.
"""
