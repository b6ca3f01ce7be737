"""Words: what was spoken as plain words, numbers, times and spelling; and what a recogniser makes of words.

Never here: what words mean.
"""
