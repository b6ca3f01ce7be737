"""The house put together: settings, the business profile, the application, the command line.

Never here: logic of any room.
"""

__version__ = "0.1.0"
