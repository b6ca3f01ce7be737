"""Twilio and only Twilio: signatures, TwiML, the REST client, the outbox and its delivery, the send gate.

Never here: what to say to whom.
"""
