"""The models at work: encoder, linear model, their fusion with the rules, and what they suspect.

Never here: training (`triage/learning`).
"""
