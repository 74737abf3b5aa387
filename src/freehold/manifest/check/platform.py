"""The platform approves nothing that the mesh's policy forbids, and nothing that Azure does not have."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from ipaddress import IPv4Network

from freehold.manifest.block import Block, Path
from freehold.manifest.check.mesh import region_mend
from freehold.manifest.ground import Ground
from freehold.manifest.report import Report, listed, shown
from freehold.manifest.shapes import PlatformShape
from freehold.model.platform import Platform
from freehold.model.sku import is_database_sku, is_storage_sku
from freehold.names import slug

_GROUP = re.compile(r"[A-Za-z0-9_-]{1,60}")
_CONTAINER = re.compile(r"[a-z0-9](-?[a-z0-9]){2,62}")
_LEAST, _MOST = 16, 27
"""The sizes of a network that a domain's endpoints fit into, as prefix lengths."""

TAG_NAME, TAG_VALUE = 128, 256
"""The longest name and value of a tag of a storage account, which are the shortest of all."""

TAG_MEND = f"write a name of at most {TAG_NAME} characters without <>%&\\?/ and a value of at most {TAG_VALUE}"
_REFUSED = frozenset("<>%&\\?/")
_EXAMPLES = {"databaseSkus": "`GP_Gen5_2` or `BC_Gen5_4`", "storageSkus": "`Standard_ZRS` or `Standard_LRS`"}


def check_platform(platform: Platform, block: Block[PlatformShape], ground: Ground, report: Report) -> None:
    """Report what is wrong in what the platform's team approved."""
    _check_regions(platform, block, ground, report)
    _check_skus("databaseSkus", platform.database_skus, is_database_sku, block, report)
    _check_skus("storageSkus", platform.storage_skus, is_storage_sku, block, report)
    _check_names(platform, block, report)
    _check_group(block, report)
    _check_ids(block, report)
    if platform.key_rotation > platform.key_expiry - 30:
        message = f"A version of a key is good for {platform.key_expiry} days, and a new one is made after {platform.key_rotation}."
        report.error("rotation-late", block.place("keyRotationDays"), message, "make it at least 30 days before the old one ends")
    if not _is_private(platform.address_space):
        message = f"`addressSpace` is {shown(platform.address_space)}, which a domain's network cannot have."
        mend = f"write private addresses between /{_LEAST} and /{_MOST}, such as `10.60.0.0/24`"
        report.error("address-invalid", block.place("addressSpace"), message, mend)


def _check_regions(platform: Platform, block: Block[PlatformShape], ground: Ground, report: Report) -> None:
    wide = ground.policies.get(None)
    for at, name in enumerate(platform.regions):
        place = block.place("regions", at)
        if name not in ground.regions:
            report.error("region-unknown", place, f"There is no region {shown(name)}.", region_mend(name, ground))
        elif wide is not None and wide[0].allowed_regions and name not in wide[0].allowed_regions:
            rule = wide[1].where("dataResidency", "allowedRegions")
            message = f"The platform approves {shown(name)}, but {rule} allows {listed(wide[0].allowed_regions)}."
            report.error("platform-widens", place, message, "remove it, or ask the mesh stewards to change `allowedRegions`")


def _check_skus(key: str, names: Iterable[str], known: Callable[[str], bool], block: Block[PlatformShape], report: Report) -> None:
    for at, name in enumerate(names):
        if not known(name):
            mend = f"write one such as {_EXAMPLES[key]}"
            report.error("sku-unknown", block.place(key, at), f"{shown(name)} cannot be approved.", mend)


def _check_names(platform: Platform, block: Block[PlatformShape], report: Report) -> None:
    if not re.match(r"[a-z]", slug(platform.prefix)):
        message = f"The prefix {shown(platform.prefix)} cannot begin the name of a resource."
        report.error("name-invalid", block.place("prefix"), message, "begin it with a letter, such as `contoso`")
    for at, name in enumerate(platform.containers):
        if not _CONTAINER.fullmatch(name):
            message = f"{shown(name)} cannot be the name of a file system."
            report.error(
                "name-invalid", block.place("containers", at), message, "write 3 to 63 small letters and digits, such as `raw`"
            )
    for at, name in enumerate(platform.tags):
        if not is_tag_name(name):
            report.error("tag-invalid", block.place("tags", at), f"{shown(name)} cannot be the name of a tag.", TAG_MEND)


def _check_group(block: Block[PlatformShape], report: Report) -> None:
    named = block.shape.azure.resource_group if block.shape.azure else None
    if named is not None and not _GROUP.fullmatch(named.replace("{domain}", "x")):
        message = f"{shown(named)} cannot be the name of a resource group."
        mend = "write letters, digits, `-`, `_` and `{domain}`, such as `rg-contoso-{domain}`"
        report.error("name-invalid", block.place("azure", "resourceGroup"), message, mend)


def _check_ids(block: Block[PlatformShape], report: Report) -> None:
    azure = block.shape.azure
    if azure is None:
        return
    held: list[tuple[Path, str | None]] = [
        (("azure", "subscription"), azure.subscription),
        (("azure", "purviewPrincipal"), azure.purview_principal),
        (("azure", "administrators", "objectId"), azure.administrators.object_id if azure.administrators else None),
    ]
    for path, text in held:
        if text is not None and not _is_guid(text):
            message = f"`{path[-1]}` is {shown(text)}, which is no GUID."
            report.error("id-invalid", block.place(*path), message, "copy it from the portal, or from `az ad` and `az account`")


def is_tag_name(name: str) -> bool:
    """Return whether a tag can be called so."""
    return 0 < len(name) <= TAG_NAME and name.isprintable() and name.strip() == name and not _REFUSED & set(name)


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_private(text: str) -> bool:
    try:
        found = IPv4Network(text)
    except ValueError:
        return False
    return found.is_private and not (found.is_loopback or found.is_link_local) and _LEAST <= found.prefixlen <= _MOST
