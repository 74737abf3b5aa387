"""Shapes of the platform and of a domain's infrastructure to the model."""

from __future__ import annotations

from freehold.manifest.block import Block
from freehold.manifest.shapes import DomainShape, InfrastructureShape, PlatformShape
from freehold.model.platform import Administrators, Azure, Baseline, Infrastructure, Platform


def bind_platform(block: Block[PlatformShape], mesh: str) -> Platform:
    """Return what the platform's team approved; names begin with its own prefix, or that of the mesh."""
    shape, otherwise = block.shape, Platform(prefix=block.shape.prefix or mesh)
    return Platform(
        prefix=otherwise.prefix,
        regions=tuple(shape.regions),
        database_skus=tuple(shape.database_skus),
        storage_skus=tuple(shape.storage_skus),
        requires=otherwise.requires if shape.requires is None else tuple(map(Baseline, shape.requires)),
        tags=otherwise.tags if shape.tags is None else tuple(shape.tags),
        classifications=tuple(shape.classifications),
        containers=otherwise.containers if shape.containers is None else tuple(dict.fromkeys(shape.containers)),
        retention_days=shape.retention_days,
        key_expiry=shape.key_expiry_days,
        key_rotation=shape.key_rotation_days,
        address_space=shape.address_space,
        azure=_azure(shape),
    )


def _azure(shape: PlatformShape) -> Azure:
    azure = shape.azure
    if azure is None:
        return Azure()
    who = azure.administrators
    return Azure(
        subscription=azure.subscription,
        resource_group=azure.resource_group,
        administrators=Administrators(name=who.name, object_id=who.object_id) if who else None,
        purview_principal=azure.purview_principal,
    )


def bind_infrastructure(block: Block[DomainShape], shape: InfrastructureShape) -> Infrastructure:
    """Return what a domain asks for; its owner is who the tag `DataOwner` names, or who answers for the domain."""
    return Infrastructure(
        domain=block.shape.name,
        region=shape.region,
        database_sku=shape.sql_server_sku,
        storage_sku=shape.storage_account_sku,
        private_endpoints=shape.enable_private_endpoints,
        customer_keys=shape.enable_cmk,
        purview=shape.enable_purview_integration,
        tags=dict(shape.tags),
        owner=shape.tags.get("DataOwner", block.shape.owner),
        where=block.where("infrastructure"),
    )
