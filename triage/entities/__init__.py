"""What was told: names, numbers, addresses, equipment, times and codes; by rule and by the encoder's spans.

Never here: what the call is about.
"""
