"""Missed and abandoned callers: detection, the promise (a time) and its keeping, the callback queue.

Never here: paging.
"""
