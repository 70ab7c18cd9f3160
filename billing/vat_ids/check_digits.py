"""Check digits of VAT ids, where the country's rule is public and simple.

Each function takes the number without its prefix, of the right form, and answers whether its check digits agree. Where
they come from stands with each; the modulus rules of several countries are described alike in the European Commission's
document on the algorithms of its VIES system, and each is tried on numbers that companies publish.
"""

from collections.abc import Sequence


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _digit_sum(number: int) -> int:
    return number // 10 + number % 10


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: from the right, every second digit doubled; the sum of digits ends in 0."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(_digit_sum(number) for number in doubled) % 10 == 0


def mod_11_10(digits: str) -> bool:
    """ISO/IEC 7064, hybrid system MOD 11,10."""
    product = 10
    for digit in digits[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(digits[-1])


def austria(number: str) -> bool:
    """Finanzministerium (BMF), structure of the UID: U, seven digits, one check digit."""
    digits = number[1:]
    odd = sum(int(digit) for digit in digits[0:7:2])
    even = sum(_digit_sum(2 * int(digit)) for digit in digits[1:7:2])
    return (10 - (odd + even + 4) % 10) % 10 == int(digits[7])


def belgium(number: str) -> bool:
    """Crossroads Bank for Enterprises: the last two digits are 97 less the first eight modulo 97."""
    return 97 - int(number[:8]) % 97 == int(number[8:])


def germany(number: str) -> bool:
    """Bundeszentralamt für Steuern: ISO 7064 MOD 11,10."""
    return mod_11_10(number)


def croatia(number: str) -> bool:
    """Porezna uprava, OIB: ISO 7064 MOD 11,10."""
    return mod_11_10(number)


def denmark(number: str) -> bool:
    """Det Centrale Virksomhedsregister: modulus 11."""
    return _weighted(number, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def estonia(number: str) -> bool:
    """Maksu- ja Tolliamet: weights 3, 7, 1."""
    return (10 - _weighted(number, (3, 7, 1, 3, 7, 1, 3, 7)) % 10) % 10 == int(number[8])


def finland(number: str) -> bool:
    """Verohallinto, check digit of the business id: weights 7, 9, 10, 5, 8, 4, 2."""
    rest = _weighted(number, (7, 9, 10, 5, 8, 4, 2)) % 11
    return rest != 1 and (11 - rest) % 11 == int(number[7])


def france(number: str) -> bool:
    """INSEE and the tax administration: a key of two digits over the SIREN. Keys with letters follow another rule that
    is not public; of those only the form is checked.
    """
    key, siren = number[:2], number[2:]
    return not key.isdecimal() or (12 + 3 * (int(siren) % 97)) % 97 == int(key)


def greece(number: str) -> bool:
    """AADE, AFM: powers of two, modulus 11, then 10."""
    return _weighted(number, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == int(number[8])


def hungary(number: str) -> bool:
    """NAV: weights 9, 7, 3, 1."""
    return (10 - _weighted(number, (9, 7, 3, 1, 9, 7, 3)) % 10) % 10 == int(number[7])


def italy(number: str) -> bool:
    """Agenzia delle Entrate, partita IVA: Luhn's rule."""
    return luhn(number)


def luxembourg(number: str) -> bool:
    """Administration de l'enregistrement: the last two digits are the first six modulo 89."""
    return int(number[:6]) % 89 == int(number[6:])


def malta(number: str) -> bool:
    """Commissioner for Revenue: the last two digits are 37 less the weighted sum modulo 37."""
    return 37 - _weighted(number, (3, 4, 6, 7, 8, 9)) % 37 == int(number[6:])


def poland(number: str) -> bool:
    """Ministerstwo Finansów, NIP: modulus 11."""
    return _weighted(number, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(number[9])


def portugal(number: str) -> bool:
    """Autoridade Tributária, NIF: modulus 11; 10 and 11 count as 0."""
    rest = 11 - _weighted(number, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if rest > 9 else rest) == int(number[8])


def slovakia(number: str) -> bool:
    """Finančná správa, IČ DPH: divisible by 11."""
    return int(number) % 11 == 0


def slovenia(number: str) -> bool:
    """FURS: modulus 11; 10 counts as 0."""
    rest = 11 - _weighted(number, (8, 7, 6, 5, 4, 3, 2)) % 11
    return rest != 11 and rest % 10 == int(number[7])


def sweden(number: str) -> bool:
    """Skatteverket: an organisation's or person's number by Luhn's rule, and 01."""
    return luhn(number[:10])


def britain(number: str) -> bool:
    """HMRC: weighted sum and the last two digits modulo 97, also with 55 added since 2010 ("9755"). Numbers of
    government departments and health authorities have no check digits.
    """
    if not number.isdecimal():
        return True
    total = _weighted(number, (8, 7, 6, 5, 4, 3, 2)) + int(number[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0


def switzerland(number: str) -> bool:
    """Bundesamt für Statistik, UID (eCH-0097): modulus 11."""
    digits = number[1:10]
    rest = _weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4)) % 11
    return rest != 1 and (11 - rest) % 11 == int(digits[8])


def norway(number: str) -> bool:
    """Brønnøysundregistrene, organisation number: modulus 11."""
    rest = _weighted(number, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return rest != 1 and (11 - rest) % 11 == int(number[8])
