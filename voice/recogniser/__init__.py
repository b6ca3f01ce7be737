"""Speech to text: the protocol, the engines, and the pool of processes they run in.

Never here: what the words mean.
"""
