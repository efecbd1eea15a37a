"""Where a webhook may point: nowhere inside of this machine or a private network, whatever name it is given."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from graphmem.errors import ValidationError

MAX_URL = 2_048
# Addresses that a translator turns into those of IPv4 (RFC 6052).
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect to. The address was looked at, and is the one that is connected to: a name may mean another one a moment later.

    Attributes:
        address: of the machine. host: the name that was asked for, for the Host header and the certificate.
    """

    url: SplitResult
    host: str
    address: str
    port: int

    @property
    def direct(self) -> str:
        """The URL with the address in the place of the name."""
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return self.url._replace(netloc=f"{shown}:{self.port}", fragment="").geturl()


def checked(url: str, *, private: bool) -> SplitResult:
    """A URL that a webhook may have, as far as that can be told without asking what its name means.

    Raises:
        ValidationError: it may not have it.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValidationError("url can't be read: write it like https://example.com/hook") from None
    if parts.scheme not in _PORTS or not host or len(url) > MAX_URL or not url.isprintable() or " " in url:
        raise ValidationError(f"url must be http:// or https:// with a host, at most {MAX_URL:,} characters long")
    if parts.username or parts.password:
        raise ValidationError("url may hold no user and no password")
    try:
        _refuse(host, [str(ipaddress.ip_address(host))], private=private)
    except ValueError as error:
        # A name, which is looked up when it is used.
        if isinstance(error, ValidationError):
            raise
    return parts


def resolved(url: str, *, private: bool) -> Target:
    """Where this URL leads now.

    Raises:
        ValidationError: to an address that it may not. OSError: its name means nothing.
    """
    parts = checked(url, private=private)
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    # All are looked at: one that is private among public ones is no accident.
    _refuse(host, found, private=private)
    return Target(parts, host, found[0], port)


def _embedded(address: Address) -> Address:
    """The address of IPv4 that one of IPv6 stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _refuse(host: str, addresses: list[str], *, private: bool) -> None:
    if private:
        return
    for text in addresses:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not address.is_global or not _embedded(address).is_global or address.is_multicast:
            raise ValidationError(
                f"url points to {host!r}, which is not on the public internet (this machine, a private network, or a reserved address): "
                "whoever runs the server may allow that (graphmem serve --private-webhooks)"
            )
