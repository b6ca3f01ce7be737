"""The rota: who is on duty at any instant, its changes, its calendar, and the look at it before each shift."""
