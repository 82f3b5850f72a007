"""Text that others wrote (names, summaries, messages, paths), as it may be shown (pure).

Nothing of it is markup, nothing of it moves the cursor, colours, rings or turns the direction of writing, and it has a
length.
"""

from __future__ import annotations

MOST_CHARACTERS = 1000
_ENDING = 300


def shown(text: str, most: int | None = MOST_CHARACTERS) -> str:
    r"""What is not printable as an escape, ``\x1b``; what is too long without its middle, as remedies stand last."""
    if most is not None and len(text) > most:
        ending = min(_ENDING, most // 3)
        left_out = len(text) - most
        text = f"{text[: most - ending]} … ({left_out:,} characters) … {text[-ending:]}"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
