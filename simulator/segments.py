"""How many segments a text is billed as: 160 GSM-7 or 70 UCS-2 characters, 153 or 67 when split."""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€\f"  # two septets each


def segments(body: str) -> int:
    """1 for an empty text."""
    if all(c in _BASIC or c in _EXTENDED for c in body):
        length, whole, part = sum(2 if c in _EXTENDED else 1 for c in body), 160, 153
    else:
        length, whole, part = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= whole else -(-length // part)
