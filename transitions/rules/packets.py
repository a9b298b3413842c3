"""The short code by which a paper copy of a packet is looked up."""

CODE_LENGTH = 8  # of the 64 characters of the content hash: enough for millions of packets
GROUP = 4


def code_of(content_hash: str) -> str:
    """The code of a packet with this content hash, in two groups that are easy to read out: "41C0-E245"."""
    code = content_hash[:CODE_LENGTH].upper()
    return f"{code[:GROUP]}-{code[GROUP:]}"


def begins_with(code: str) -> str:
    """What the content hash begins with, from a code as somebody typed it; "" where it can be none."""
    typed = "".join(sign for sign in code if sign.isalnum()).lower()  # whatever kind of dash stands between
    # Letters that are no hexadecimal digits, and look like one on paper.
    typed = typed.replace("o", "0").replace("l", "1").replace("i", "1")
    known = len(typed) == CODE_LENGTH and set(typed) <= set("0123456789abcdef")
    return typed if known else ""
