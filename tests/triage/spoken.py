"""Written text as a recogniser would write it: lower case, no punctuation, numbers in words."""

import re

ONES = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()

DOWNPLAYING = [
    "it's probably nothing",
    "not an emergency",
    "sorry to bother you",
    "no big deal",
    "i might be wrong",
    "it's just a little thing",
    "i guess",
    "no rush",
    "it's only minor",
    "no hurry",
    "maybe i'm overreacting",
]
"""What takes no danger away."""


def below_hundred(number: int) -> str:
    if number < 10:
        return ONES[number]
    if number < 20:
        return TEENS[number - 10]
    return TENS[number // 10] + (f" {ONES[number % 10]}" if number % 10 else "")


def number_in_words(number: int) -> str:
    """As in "two hundred" and "two forty"."""
    if number < 100:
        return below_hundred(number)
    rest = number % 100
    return f"{below_hundred(number // 100)} {below_hundred(rest) if rest else 'hundred'}"


def as_spoken(text: str) -> str:
    words = re.sub(r"\d+", lambda digits: f" {number_in_words(int(digits.group()))} ", text.lower())
    return " ".join(re.sub(r"[^\w'’ áéíóúñü]", " ", words).split())
