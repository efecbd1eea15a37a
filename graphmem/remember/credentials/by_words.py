"""Credentials that a sentence names: "my wifi password is …", "PIN: 4821", "hunter2 is my password". Pure.

What follows the name counts if it looks like one (digits, signs and letters mixed) or, after the name of something that people choose
themselves, if it is all that is said: "my password is sunshine", but not "my password is too long".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphmem.model.words import STOP_WORDS
from graphmem.remember.credentials.by_form import Span

# What people choose, and may be any word.
_CHOSEN = (
    r"p[a@]ss(?:[\s-]?(?:word|phrase|key)|-?code)s?|passwd|pwd|(?:pw|pass)(?=\s*[:=]|\s+(?:is\s+|was\s+)?[^\s.,]*(?:\d|[#$%&*@^!]\w))|(?:wi-?fi|wlan|wpa2?|network)[\s_-]*key|"
    r"passwort|kennwort|contraseña|mot\s+de\s+passe|wachtwoord|senha|hasło(?:\s+to(?=\s))?|lösenord|şifre(?:m|miz|si)?|пароль|密码|密碼|パスワード|비밀번호|"
    r"heslo|jelsz(?:ó|avam)|parol[aă]|salasana(?:ni)?|adgangskode|mật\s+khẩu(?:\s+của\s+tôi)?|kata\s+sandi(?:\s+saya)?|รหัสผ่าน|كلمة\s+(?:المرور|السر)|סיסמה|κωδικ[όο]ς|पासवर्ड|暗証番号|암호|口令"
)
_NUMBERS = (
    r"(?<!postal )pins?(?:[\s-]+(?:code|number))?|otp|cvv2?|cvc2?|"
    r"(?:security|access|entry|gate|door|alarm|garage|locker?|unlock|safe|vault|verification|backup|recovery|one[\s-]time|2fa|mfa|login|sms|voicemail)\s+"
    r"(?:codes?|combination)|(?:credit|debit|bank|visa|mastercard|amex)?\s*card\s+(?:number|no\.?)"
)
_GIVEN = (
    r"(?:api|app|access|secret|private|encryption|decryption|recovery|licen[cs]e|product|activation|ssh|signing|master|security|deploy|account|"
    r"auth|webhook|openai|anthropic|stripe|aws|azure|google|github)[\s_-]*(?:access[\s_-]*)?keys?(?:[\s_-]+id)?|"
    r"(?:api|access|auth(?:entication|orization)?|bearer|refresh|bot|session|security|oauth|github|gitlab|slack|discord|telegram|jwt)[\s_-]*tokens?|"
    r"(?:client|api|app|webhook|shared|signing|totp|2fa)[\s_-]*secrets?|"
    r"(?:clés?|claves?|chaves?|chiavi?e?|llaves?)\s+(?:d['’]|de\s+(?:la\s+|l['’])?|del(?:la)?\s+)?(?:api|wi-?fi|acc[eè]so?|secr?[eè]t[ae]|segreta|priv[ée]e?|privada|privata)|"
    r"(?:api|geheim|zugangs|wlan|sicherheits)[\s-]*(?:schlüssel|code)|ключ\s+(?:api|доступа)|(?:api|访问|密)\s*密?[钥鑰]|api\s*キー|api\s*키"
)
_SEED = r"(?:seed|recovery|mnemonic|secret|backup)\s+(?:phrase|words)|passphrase"
# Bare words, which mean many other things: only what can be nothing else counts after them.
_VAGUE = r"tokens?|secrets?|keys?|credentials?|creds|log-?ins?"

_NAMED = rf"(?<![A-Za-z0-9])(?:(?P<seed>{_SEED})|(?P<chosen>{_CHOSEN})|(?P<number>{_NUMBERS})|(?P<given>{_GIVEN})|(?P<vague>{_VAGUE}))"
_OF = r"(?:\s+(?:for|to|of|on|at|in)\s+[^.,;:!?\n\"=]{1,60}?|\s*\([^()\n]{1,40}\))?"
_ADVERB = r"(?:\s+(?:now|still|just|simply|currently|literally|actually|always|only|set\s+to|changed\s+to|the\s+same))*"
_LINK = (
    rf"(?:['’]s{_ADVERB}\s+|\s+(?:is|was|are|were|will\s+be|has\s+been|used\s+to\s+be|became|ist|war|lautet|es|est|c['’]est|è|é|is|jest|är|on|je|este|là|adalah|er|είναι|это)\b{_ADVERB}\s*:?\s*|"
    r"[\"'”’]?\s*(?:=>|->|→|[:=：])\s*|\s+[-–—]\s+|\s*(?:是|は|은|는)\s*)"
)
_VALUE = r"(?P<value>[\"“”'‘`«](?P<quoted>[^\"”'’`»\n]{1,200})[\"”'’`»]|\S{1,400})"
# "The password is hunter2."
_SAID = re.compile(rf"{_NAMED}{_OF}(?P<link>{_LINK}){_VALUE}", re.IGNORECASE)
# "I changed the password from hunter1 to hunter2."
_CHANGED = re.compile(
    rf"\b(?:set|sets|setting|chang\w+|reset\w*|updat\w+|mak\w+|made|switch\w*|rotat\w+)\b[^.!?\n]{{0,40}}?{_NAMED}{_OF}"
    rf"(?:\s+from\s+(?P<before>\S{{1,100}}))?(?P<link>\s+(?:to|as|auf|in|a|en|på|на)\s+){_VALUE}",
    re.IGNORECASE,
)
# "Password hunter2", "PIN 4821", "my password, it's hunter2", "the password (hunter2)", "the same password everywhere: hunter2".
_BESIDE = re.compile(
    rf"{_NAMED}(?P<link>(?:\s+[\w'’-]{{1,30}}){{1,4}}\s*[:=]\s*|\s*\(\s*|\s*,\s*(?:(?:it['’]?s|it\s+is|which\s+is)\s+)?"
    rf"|(?:\s+[\w'’-]{{1,30}}){{0,4}}\s*\?\s*it(?:['’]?s|\s+is)\s+|\s+){_VALUE}",
    re.IGNORECASE,
)
# "And the one at home is hunter3", after another one.
_ALSO = re.compile(
    rf"\b(?:it['’]?s|it\s+is|one\s+is|other\s+is|hers\s+is|his\s+is|mine\s+is)\s+{_VALUE}", re.IGNORECASE
)
# "hunter2 is my password", "use hunter2 as the password".
_BEFORE = re.compile(
    r"(?P<value>[\"“'‘`](?P<quoted>[^\"”'’`\n]{1,200})[\"”'’`]|\S{4,400})(?:\s+(?:is|was|as|for)|,)\s+(?:(?:the|my|our|his|her|their|your|a|an)\s+|\w+['’]s\s+)"
    rf"(?:[\w-]+\s+){{0,2}}?{_NAMED}(?!\s+(?:manager|app|vault|policy))",
    re.IGNORECASE,
)
# "Login: anna / hunter2".
_PAIR = re.compile(
    r"\b(?:log-?in|credentials?|creds|account|user(?:name)?)\b[\s:=]+(?:is|are)?\s*[^\s/|:]{2,100}\s*(?:[/|:]|,?\s+(?:and|with)\s)\s*"
    + _VALUE,
    re.IGNORECASE,
)
_ASKED = re.compile(
    rf"\b(?:what|which|tell|give|share|send|have|need|enter|type|remind)\b[^.!?\n]{{0,80}}{_NAMED}(?!\s+(?:manager|app|policy|reset))[^.!\n]{{0,60}}[?:.]?\s*$",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\s*(?:(?:it['’]?s|it\s+is|yes|yeah|sure|ok(?:ay)?|that['’]?s|try|use|here(?:\s+(?:it\s+is|you\s+go))?)[,:.]?\s+)*(?P<value>\S{3,200})\s*",
    re.IGNORECASE,
)
# What saves the search: without one of these nothing is named.
_HINT = re.compile(
    r"pass|pwd|pw\b|pin|key|token|secret|code|cv[vc]|otp|phrase|words|card|combination|creds|credential|log-?in|account|user|"
    r"p@ss|wort|woord|contrase|senha|has[łl]o|lösen|şifre|пароль|密[码碼钥鑰]|パスワード|비밀번호|cl[ée]|clave|chav|chiav|llave|schlüssel|ключ|キー|키|"
    r"heslo|jelsz|parol[aă]|salasana|adgangs|khẩu|sandi|รหัส|كلمة|סיסמה|κωδικ|पासवर्ड|暗証|암호|口令",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"[\s,-]*(?:(?:to|or|and|-|–)\s*\d+\s*)?(?:characters?|chars?|letters?|digits?|words?|bits?|bytes?|days?|weeks?|months?|years?|hours?|minutes?|"
    r"seconds?|times?|symbols?|numbers?|percent|%|of\b|attempts?|people|accounts?|or\s+more|o'clock|am\b|pm\b)",
    re.IGNORECASE,
)
_END = re.compile(r"\s*(?:$|[.,;!?)\n]|(?:and|but|so|now|please|thanks|thank|btw|if|for|on|in|at)\b)", re.IGNORECASE)
# What is said of passwords, and is none.
_SAID_OF_THEM = """
abgelaufen able above accepted active again always anything available bad below best better blank blocked broken case-sensitive
changed chosen cleartext common complex compromised correct dead default different difficult disabled due dumb easy empty enabled
encrypted enough everything everywhere exactly expired exposed faible falsch false fine first forbidden forgotten free fresh
generated given gone good great hacked hard hashed here hidden hopeless important in-app incorrect incorrecta insecure
insufficient invalid it known kurz lang larga leaked live locked long longer lost mandatory memorable mine missing monthly n/a
needed neu never new none nothing nowhere null obsolete off offline okay old olvidada on one optional oublié out outdated pending
perdu personal pretty private protected public quite random ready really redacted required reset resettable revoked right rotated
safe salted saved schwach secret secure segura sensitive sent set shared short short-lived shown sicher simple so somehow
something somewhere stale stolen stored strange strong stupid super taken tbd temporary terrible that there this tomorrow too
tricky true unavailable unchanged unclear undefined unique unknown unsafe unset updated useless valid vergessen very visible weak
weird well written wrong yes yesterday yours
"""
_PREDICATES = STOP_WORDS.union(_SAID_OF_THEM.split())
_NO_PHRASE = STOP_WORDS | {
    "always",
    "just",
    "long",
    "never",
    "pretty",
    "quite",
    "really",
    "something",
    "still",
    "too",
    "used",
    "very",
}
_MASKED = re.compile(r"[*•x.…#_\-]+|[\[<{(].*", re.IGNORECASE)
# Where a value ends that stands in a text without spaces.
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_TRAILING = ".,;:?)]}\"'”’»。，"


def spans(text: str) -> Iterator[Span]:
    """Where a text names a credential; they may overlap."""
    if not _HINT.search(text):
        return
    found = [span for pattern in (_SAID, _CHANGED, _BESIDE, _BEFORE, _PAIR) for span in _of(pattern, text)]
    yield from found
    if found:
        yield from _of(_ALSO, text)


def asks(text: str) -> bool:
    """Whether a message asks for a credential."""
    return bool(_HINT.search(text) and _ASKED.search(text))


def answered(text: str) -> Iterator[Span]:
    """Where the answer to a question for a credential holds it: it is all that is said, or looks like one."""
    whole = _ANSWER.fullmatch(text)
    if whole is not None:
        value = whole["value"].rstrip(_TRAILING)
        if value.casefold() not in _PREDICATES and not _MASKED.fullmatch(value):
            yield whole.start("value"), whole.start("value") + len(value)
    elif len(text) < 200:
        for match in re.finditer(r"\S+", text):
            value = match[0].rstrip(_TRAILING)
            if _mixed(value) or re.fullmatch(r"\d{4,12}", value):
                yield match.start(), match.start() + len(value)


def _of(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    start = 0
    # From the value on, not from its end: "the password is set: hunter2" names it after what was taken for one.
    while (match := pattern.search(text, start)) is not None:
        start = max(match.start() + 1, min(match.start("value"), match.end()))
        if pattern is _CHANGED and match["before"] and _mixed(match["before"].rstrip(_TRAILING)):
            yield match.start("before"), match.start("before") + len(match["before"].rstrip(_TRAILING))
        span = _value(pattern, match, text)
        if span is not None:
            yield span


def _value(pattern: re.Pattern[str], match: re.Match[str], text: str) -> Span | None:
    """What of a match is a credential; None if it names none."""
    kind = match.lastgroup and next(
        (each for each in ("seed", "chosen", "number", "given", "vague") if match.groupdict().get(each)), "pair"
    )
    linked = pattern in (_SAID, _CHANGED)
    if match["quoted"] is not None:
        quoted = match["quoted"]
        # "The password 'open sesame'" names it without a word between.
        at_once = kind in ("seed", "chosen") and pattern is _BESIDE and not match["link"].strip()
        sure = at_once or (linked and kind in ("seed", "chosen", "number")) or _mixed(quoted) or quoted.isdigit()
        return match.span("quoted") if sure and kind != "vague" and quoted.casefold() not in _PREDICATES else None
    start, value = match.start("value"), match["value"].rstrip(_TRAILING)
    if value.isascii() is False and value[0].isascii() and (cut := _CJK.search(value)):
        value = value[: cut.start()].rstrip(_TRAILING)
    rest = text[start + len(value) :]
    if linked and kind in ("seed", "chosen") and (end := _phrase(text[start:], digits=kind != "seed")):
        return start, start + end
    if not value or _MASKED.fullmatch(value) or value.casefold() in _PREDICATES or re.match(r"https?://", value):
        return None
    span = start, start + len(value)
    if re.fullmatch(r"\d[\d .-]*\d|\d", value) and kind != "vague":
        return _digits(kind or "", text, start, rest, linked)
    if kind in ("chosen", "seed", "number", "pair"):
        if _mixed(value) and not _COUNTED.match(rest):
            return start, start + _run(text[start:], len(value))
        # Of several passwords no plain word is one: "my passwords: email, bank".
        one = not str(match.groupdict().get(kind) or "").casefold().endswith("s")
        plain = one and pattern is _SAID
        return span if plain and _word(value) and _END.match(rest) else None
    return span if _key(value) or (kind == "given" and linked and _mixed(value)) else None


def _digits(kind: str, text: str, start: int, rest: str, linked: bool) -> Span | None:
    grouped = re.compile(r"\d+(?:[ -]\d+)*").match(text, start)
    if grouped is None or _COUNTED.match(text, grouped.end()) or _COUNTED.match(rest):
        return None
    count = sum(each.isdigit() for each in grouped[0])
    least = {"number": 3, "chosen": 3 if linked else 4, "seed": 4}.get(kind, 6)
    # Codes come in lists: "8291-1182, 4410-0273".
    more = re.compile(r"(?:(?:\s*,\s*|\s+and\s+)\d[\d-]{3,})*").match(text, grouped.end())
    end = more.end() if more and kind == "number" else grouped.end()
    return (start, end) if least <= count <= 24 else None


def _phrase(text: str, *, digits: bool) -> int:
    """How long a passphrase of several words is at the start of a text; 0 if there is none. `digits`: only if one of them has digits."""
    said = re.match(r"(?:\w+[ -]){1,23}\w+(?=\s*(?:$|[.,;!?\n]))", text)
    words = re.split(r"[ -]", said[0]) if said else []
    if said is None or any(word.casefold() in _NO_PHRASE for word in words):
        return 0
    told = any(re.search(r"\d", word) for word in words) and len(words) <= 5 and not _COUNTED.match(text, len(words[0]))
    return said.end() if (told if digits else len(words) > 2) else 0


def _run(text: str, end: int) -> int:
    """Where a password ends that has spaces in it: what follows it looks like one, too."""
    while (more := re.compile(r" (\S{2,40})").match(text, end)) and _mixed(more[1].rstrip(_TRAILING)):
        end += 1 + len(more[1].rstrip(_TRAILING))
    return end


def _word(value: str) -> bool:
    """Whether a plain word may be a password: it is none of those that say something of one."""
    value = value.rstrip("!")
    lower = value.casefold()
    if not re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+)*", value) or len(value) < 3:
        return False
    return not (value == lower and re.search(r"(?:ed|ing|ly|able|ible)$", lower))


def _mixed(value: str) -> bool:
    """Whether this is no word, number, date or address: letters mixed with digits or signs."""
    if len(value) < 4 or re.fullmatch(
        r"\d+(?:st|nd|rd|th|k|x)?|\d+-[a-z]+(?:-[a-z]+)?|[a-z]+['’/&-][a-z]+(?:-[a-z]+)*", value, re.IGNORECASE
    ):
        return False
    if re.fullmatch(r"[\d:.,/-]+|https?://.*|[\w.+-]+@[\w-]+\.[\w.]+|[A-Z]?[a-z]+['’]s?|\(.*", value):
        return False
    letters, digits = any(each.isalpha() for each in value), any(each.isdigit() for each in value)
    signs = bool(re.search(r"[^\w\s'’.,-]|_", value.rstrip("!")))
    return (
        (letters and digits)
        or (letters and signs)
        or (digits and signs)
        or bool(re.search(r"[a-z][A-Z].*[a-z]", value) and len(value) > 7)
    )


def _key(value: str) -> bool:
    """Whether this can be nothing but a key: long, of letters and digits."""
    return len(value) >= 12 and bool(
        re.search(r"[A-Za-z]", value)
        # A long one may happen to have few digits.
        and len(re.findall(r"\d", value)) > (len(value) < 30)
        and re.fullmatch(r"[\w+/=.~-]+", value)
    )
