"""What lasts and what everyone shares: tables, enums and their allowed moves, the session, migrations, the company.

Never here: decisions, network.
"""
