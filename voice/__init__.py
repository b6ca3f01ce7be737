"""The call itself: webhooks, media stream, ears, recognisers, dialogue, prompts, session.

Never here: rules of tables, wording of texts.
"""
