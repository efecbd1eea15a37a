"""Credentials that are known by their form alone: keys of well-known services, tokens, private keys, card numbers. Pure.

The forms are those of the package detect-secrets, and newer ones that it doesn't know. What it recognises by entropy alone is left out: in
conversations, ids and hashes are more frequent than keys. So are forms that take quadratic time on a hostile text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphmem.model.loading import Loaded

# (start, end) in a text; the end is exclusive.
Span = tuple[int, int]

# What the keys of services begin with: OpenAI and others, Stripe, GitHub, Google, Hugging Face, Slack, npm, DigitalOcean, Shopify, Groq,
# Replicate, Linear, Atlassian, Databricks, xAI, NVIDIA, Tavily, Perplexity, Notion, Docker, Doppler, age, Square, GitLab, Mem0, LangSmith,
# Sentry, Contentful, Postman, Vault, Grafana, New Relic, 1Password, Shippo, Brevo, PlanetScale, Tailscale, Sourcegraph, Netlify, Vercel,
# Pinecone, Apify, OpenShift, Bitbucket.
_PREFIXES = (
    r"sk-|[rsp]k_(?:live|test)_|whsec_|github_pat_|gh[opsur]_|AIza|GOCSPX-|ya29\.|hf_|xox[abeoprs]-|xapp-|npm_|do[opr]_v1_|shp(?:at|ca|pa|ss)_|"
    r"gsk_|r8_|lin_api_|ATATT3|dapi|xai-|nvapi-|tvly-|pplx-|ntn_|secret_|dckr_[op]at_|dp\.[a-z]{2,6}\.|AGE-SECRET-KEY-1|pk_(?:live|test)_|"
    r"sq0(?:atp|csp|idp)-|gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-|m0-|lsv2_(?:pt|sk)_|sntry[su]_|CFPAT-|PMAK-|hv[sbr]\.|gl(?:sa|c)_|"
    r"NRAK-|NRII-|ops_eyJ|shippo_(?:live|test)_|xkeysib-|pscale_(?:tkn|pw|oauth)_|tskey-|sgp_|nfp_|vc[akpr]_|pcsk_|apify_api_|sha256~|ATBB|ATCTT3"
)
# Those whose beginning is that of common words as well, in their whole form: Mailgun, Firecrawl, Pulumi, Supabase, Neon, Fireworks, Resend,
# Facebook.
_WHOLE = (
    r"(?:key|fc)-[0-9a-f]{32}|pul-[0-9a-f]{40}|sbp_[0-9a-f]{40}|napi_[a-z0-9]{40,100}|fw_(?=[A-Za-z]{0,30}\d)[A-Za-z0-9]{16,60}|"
    r"re_[A-Za-z0-9]{6,12}_[A-Za-z0-9]{20,40}|EAA[A-Za-z0-9]{20,400}"
)
_OWN = (
    # With a digit in it: "sk-" and letters alone may be a word.
    (re.compile(rf"(?<![\w-])(?:{_PREFIXES})(?=[A-Za-z_.-]{{0,200}}\d)[\w.-]{{12,400}}"), 0),
    (re.compile(rf"(?<![\w-])(?:{_WHOLE})(?![\w-])"), 0),
    # Hugging Face's have letters alone.
    (re.compile(r"(?<![\w-])hf_[A-Za-z]{34}(?![\w-])"), 0),
    # JSON web tokens.
    (re.compile(r"(?<![\w-])eyJ[\w-]{8,4000}\.[\w-]{4,8000}(?:\.[\w-]*)?"), 0),
    (
        re.compile(r"-----BEGIN[A-Z0-9 ]{0,40} PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END[A-Z0-9 ]{0,40}-----|\Z)"),
        0,
    ),
    # Terraform's and Dynatrace's, which begin with a name.
    (re.compile(r"(?<![\w.-])[\w-]{2,40}\.atlasv1\.[\w-]{20,400}"), 0),
    (re.compile(r"(?<![\w.-])dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{20,200}"), 0),
    # The address of a hook is its key.
    (re.compile(r"\bdiscord(?:app)?\.com/api/webhooks/\d{5,30}/([\w-]{10,200})"), 1),
    (re.compile(r"PuTTY-User-Key-File-\d[\s\S]*"), 0),
    # What HTTP clients are given.
    (re.compile(r"\b(?:bearer|basic)\s+(?=[A-Za-z._~+/-]{0,200}\d)([\w.~+/-]{16,4000}={0,2})", re.IGNORECASE), 1),
    (re.compile(r"\bcurl\b[^\n]{0,400}?\s(?:-u|--user)\s+['\"]?[^\s:'\"]{1,100}:([^\s'\"]{1,200})"), 1),
    (re.compile(r"\bmysql(?:dump|admin)?\b[^\n]{0,400}?\s-p['\"]?([^\s'\"]{3,200})"), 1),
    # Of settings and elements: PGPASSWORD=…, <password>…</password>.
    (
        re.compile(
            r"\b(?:[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|PWD|SECRET)|(?:[A-Z0-9]{0,20}_)?PASS)=['\"]?([^\s'\"]{3,200})"
        ),
        1,
    ),
    (
        re.compile(
            r"<(?:password|passwd|pwd|secret|token|api_?key)(?:\s[^<>]{0,200})?>\s*([^<>\s]{3,400})\s*<", re.IGNORECASE
        ),
        1,
    ),
    # Of addresses: passwords with any character but the end of them, as people write them unescaped.
    (re.compile(r"(?<![\w+.-])[a-z][a-z0-9+.-]{1,30}://[^\s:/?#@]{0,100}:([^\s/?#@]{1,200})@", re.IGNORECASE), 1),
    (re.compile(r"[?&](?:access_?token|api_?key|token|key|secret|password|sig)=([^\s&#]{8,2000})", re.IGNORECASE), 1),
)
_SENTENCE_END = re.compile(r"[.,;:?!]+\Z")
_CARD = re.compile(r"(?<![\w.+#/-])\d(?:[ -]?\d){12,18}(?![\w-])")
# Beginnings and lengths of the cards there are: Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro.
_ISSUERS = re.compile(
    r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:2[2-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|"
    r"6(?:011|4[4-9]\d|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:50|5[6-9]|6[39])\d{14,17}"
)
# Numbers that are as long, one in ten of which would pass for a card.
_OTHER_NUMBER = re.compile(
    r"\b(?:order|tracking|invoice|parcel|shipment|booking|reference|ref|ticket|case|serial|imei|isbn|ean|upc|id)\b[^.!?\n]{0,25}$",
    re.IGNORECASE,
)


def spans(text: str) -> Iterator[Span]:
    """Where credentials stand in a text; they may overlap."""
    for pattern, group in (*_detectors(), *_OWN):
        for match in pattern.finditer(text):
            start, end = match.span(group)
            # A key may hold such signs, but a sentence that ends with the key ends with its own.
            ends = _SENTENCE_END.search(text, start, end)
            yield start, ends.start() if ends and ends.start() > start and not text[end : end + 1].strip() else end
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _ISSUERS.fullmatch(digits) and _luhn(digits) and not _OTHER_NUMBER.search(text[: match.start()][-60:]):
            yield match.span()


def _load() -> tuple[tuple[re.Pattern[str], int], ...]:
    # Imported when first needed: it takes a while, and neither searches nor a store's own texts need it.
    from detect_secrets.plugins import (
        aws,
        azure_storage_key,
        basic_auth,
        discord,
        github_token,
        gitlab_token,
        mailchimp,
        pypi_token,
        sendgrid,
        slack,
        square_oauth,
        stripe,
        telegram_token,
        twilio,
    )

    whole = (
        aws.AWSKeyDetector,
        azure_storage_key.AzureStorageKeyDetector,
        discord.DiscordBotTokenDetector,
        github_token.GitHubTokenDetector,
        gitlab_token.GitLabTokenDetector,
        mailchimp.MailchimpDetector,
        pypi_token.PypiTokenDetector,
        sendgrid.SendGridDetector,
        slack.SlackDetector,
        square_oauth.SquareOAuthDetector,
        stripe.StripeDetector,
        telegram_token.TelegramBotTokenDetector,
        twilio.TwilioKeyDetector,
    )
    found = [(pattern, 0) for detector in whole for pattern in detector.denylist]
    # Of an address the password alone.
    return (*found, *((pattern, 1) for pattern in basic_auth.BasicAuthDetector.denylist))


_detectors = Loaded(_load)


def _luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = (2 * int(digit) if place % 2 else int(digit) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
