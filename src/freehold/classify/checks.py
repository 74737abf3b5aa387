"""What proves a value by itself: the check digits of accounts, cards and passports."""

from __future__ import annotations

import re

_IBAN_LENGTHS: dict[str, int] = {
    part[:2]: int(part[3:])
    for part in """
    AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 DK:18 DO:28 EE:20 EG:29
    ES:24 FI:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20
    LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 MK:19 MR:27 MT:31 MU:30 NL:18 NO:15 PK:24 PL:28 PS:29 PT:25
    QA:29 RO:24 RS:22 SA:24 SC:31 SE:24 SI:19 SK:24 SM:27 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20
    """.split()
}


def is_iban(value: str) -> bool:
    """Return whether a value is as long as its country's accounts are and carries the check digits of ISO 13616.

    >>> is_iban("DE89 3704 0044 0532 0130 00"), is_iban("DE88 3704 0044 0532 0130 00")
    (True, False)
    """
    from stdnum.iso7064 import mod_97_10

    held = re.sub(r"^IBAN[: .]*|[ .\xa0-]", "", value.upper())
    return len(held) == _IBAN_LENGTHS.get(held[:2]) and bool(mod_97_10.is_valid(held[4:] + held[:4]))


_CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|220[0-5]\d{12,15}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|2720\d{12}|3[47]\d{13}|3(?:0[0-5]"
    r"|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12,15}|35\d{14}|5[06-9]\d{10,17}|6\d{11,18}|62\d{14,17}"
)


def is_card(value: str) -> bool:
    """Return whether a value begins as an issuer's numbers do, is as long, and ends in the check digit of ISO/IEC 7812 (Luhn)."""
    from stdnum import luhn

    held = re.sub(r"[ .\xa0-]", "", value)
    return _CARD.fullmatch(held) is not None and bool(luhn.is_valid(held))


def is_machine_readable(value: str) -> bool:
    """Return whether the second line of a passport's machine-readable zone carries its check digits (ICAO 9303)."""
    line = value.splitlines()[-1].strip() if "\n" in value else value
    if not re.fullmatch(r"[A-Z0-9<]{9}\d[A-Z<]{3}\d{6}\d[MF<X]\d{6}\d[A-Z0-9<]{14}[\d<]\d", line):
        return False
    return all(_check(line[start:stop]) == line[stop] for start, stop in ((0, 9), (13, 19), (21, 27)))


def _check(text: str) -> str:
    worth = (0 if char == "<" else int(char, 36) for char in text)
    return str(sum(n * (7, 3, 1)[at % 3] for at, n in enumerate(worth)) % 10)
