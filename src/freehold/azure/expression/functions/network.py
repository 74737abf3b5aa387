"""Ranges of IP addresses: an address, a CIDR block or `first-last`. Ranges of two families cannot be compared, as documented."""

from __future__ import annotations

import ipaddress
from typing import Any

from freehold.azure.expression.functions.given import text, whole
from freehold.azure.expression.run import Function
from freehold.azure.expression.values import Unfit

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Block = ipaddress.IPv4Network | ipaddress.IPv6Network
_MOST_PREFIX = {4: 32, 6: 128}


def _ends(written: str) -> tuple[_Address, _Address]:
    try:
        if "-" in written:
            first, _, last = written.partition("-")
            return ipaddress.ip_address(first.strip()), ipaddress.ip_address(last.strip())
        block = ipaddress.ip_network(written.strip(), strict=False)
    except ValueError:
        raise Unfit(f"`{written[:60]}` is no range of addresses") from None
    return block[0], block[-1]


def _range_contains(outer: Any, inner: Any) -> bool:
    (low, high), (first, last) = _ends(text(outer)), _ends(text(inner))
    if len({end.version for end in (low, high, first, last)}) > 1:
        raise Unfit("ranges of IPv4 and IPv6 cannot be compared")
    if int(high) < int(low) or int(last) < int(first):
        raise Unfit("a range ends before it begins")
    return int(low) <= int(first) and int(last) <= int(high)


def _block(written: Any) -> _Block:
    try:
        return ipaddress.ip_network(text(written), strict=False)
    except ValueError:
        raise Unfit(f"`{text(written)[:60]}` is no CIDR block") from None


def _parse(written: Any) -> dict[str, Any]:
    block = _block(written)
    found = {"network": str(block.network_address), "netmask": str(block.netmask), "cidr": block.prefixlen}
    if isinstance(block, ipaddress.IPv6Network):
        return {**found, "firstUsable": str(block[0]), "lastUsable": str(block[-1])}
    wide = block.num_addresses > 2
    ends = {"firstUsable": str(block[1] if wide else block[0]), "lastUsable": str(block[-2] if wide else block[-1])}
    return {**found, "broadcast": str(block.broadcast_address), **ends}


def _subnet(written: Any, prefix: Any, index: Any) -> str:
    block, length, number = _block(written), whole(prefix), whole(index)
    if not block.prefixlen <= length <= _MOST_PREFIX[block.version] or not 0 <= number < 2 ** (length - block.prefixlen):
        raise Unfit(f"there is no block {number} of length {length} in `{block}`")
    first = int(block.network_address) + number * 2 ** (_MOST_PREFIX[block.version] - length)
    return f"{ipaddress.ip_address(first) if block.version == 4 else ipaddress.IPv6Address(first)}/{length}"


def _host(written: Any, index: Any) -> str:
    block, number = _block(written), whole(index) + 1
    if not 0 < number < block.num_addresses:
        raise Unfit(f"there is no host {number - 1} in `{block}`")
    return str(block[number])


TABLE = (
    Function("ipRangeContains", _range_contains, 2, 2),
    Function("parseCidr", _parse, 1, 1),
    Function("cidrSubnet", _subnet, 3, 3),
    Function("cidrHost", _host, 2, 2),
)
