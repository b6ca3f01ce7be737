"""Understanding: spoken text in, assessment out, with its evidence.

Text normalisation, hazard rules, situations, classifier, entity extractor, priority. Pure functions.
Never here: database, network, audio.
"""
