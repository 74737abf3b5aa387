"""A domain's infrastructure, with the folders that it comes from and goes to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from freehold.errors import SettingInvalid
from freehold.keys.files import replace_private
from freehold.manifest import Reading, read
from freehold.model.estate import Drift
from freehold.names import slug
from freehold.ports.deployments import Deployments, Progress
from freehold.services import estate as local
from freehold.services import provisioning
from freehold.services.azure_policy import gather
from freehold.services.estate import Step
from freehold.services.provision_policies import policy_judge
from freehold.services.provisioning import Design, Judge, design, sound
from freehold.stores.azure_policies import PackagedPolicies
from freehold.stores.estate import FolderEstate
from freehold.stores.files import FolderFiles
from freehold.stores.written import Written, write_folder
from freehold.wiring.azure import open_tokens
from freehold.wiring.azure_policy import circumstances_of, governance_policies
from freehold.wiring.clock import SystemClock
from freehold.wiring.homes import data_folder
from freehold.wiring.settings import AzureAccess, Settings, read_azure


def read_manifests(settings: Settings) -> tuple[Reading, int]:
    """Return what the manifests say, and how many files they are.

    Raises:
        MeshNotFound: There is no mesh.
        StoreFailed: A file cannot be read.
    """
    held = FolderFiles(settings.folder).read()
    return read(held), len(held)


def plan(reading: Reading, domain: str) -> Design:
    """Return what provisioning a domain comes to.

    Raises:
        MeshInvalid, SettingInvalid: As `services.provisioning.design`.
    """
    return design(reading, domain, _judge(reading))


def write(found: Design, folder: Path) -> tuple[Written, ...]:
    """Write a design's files, unless something in it may not be.

    Raises:
        MeshInvalid: Something may not be.
        AlreadyExists: A file there was not written so; nothing was written.
        StoreFull, StoreFailed: They could not be written.
    """
    return write_folder(folder, sound(found).files)


def make(settings: Settings, reading: Reading, found: Design) -> tuple[Step, ...]:
    """Make a design's equal on this machine.

    Raises:
        MeshInvalid: Something in it may not be.
        AlreadyExists, StoreFull, StoreFailed: As `services.estate.make`.
    """
    return local.make(sound(found), _estate(settings, reading, found), SystemClock())


def deploy(reading: Reading, found: Design, progress: Progress) -> Mapping[str, Any]:
    """Deploy a design to where `azure:` of platform.yaml says, and return the outputs of its template.

    Raises:
        MeshInvalid, SettingInvalid, DeploymentFailed: As `services.provisioning.deploy`; or it is not said where, or by whom.
    """
    azure = reading.platform.azure if reading.platform else None
    if azure is None or azure.subscription is None or found.resource_group is None:
        remedy = "write `subscription` and `resourceGroup` into `azure:` of platform.yaml"
        raise SettingInvalid("nothing says where in Azure the domain goes", remedy=remedy)
    return provisioning.deploy(found, open_deployments(read_azure(), azure.subscription, found.resource_group), progress)


def open_deployments(access: AzureAccess, subscription: str, group: str, interval: float = 5.0) -> Deployments:
    """Return a resource group of Azure, reached by the credentials of the environment.

    Raises:
        SettingInvalid: There are none, they cannot be used, or the extra `azure` is not installed.
    """
    tokens = open_tokens(access.authority, access.identity)
    try:
        from freehold.targets.arm import ArmDeployments
    except ImportError as error:
        raise SettingInvalid("what speaks to Azure is not installed", remedy="run: pip install 'freehold[azure]'") from error
    verify = str(access.authority) if access.authority else None
    return ArmDeployments(subscription, group, tokens, endpoint=access.endpoint, authority=verify, interval=interval)


def drift(settings: Settings, reading: Reading, found: Design) -> tuple[Drift, ...]:
    """Return how what is on this machine differs from what was made and is asked for.

    Raises:
        StoreFailed: It cannot be read.
    """
    return local.drift(found, _estate(settings, reading, found))


def _estate(settings: Settings, reading: Reading, found: Design) -> FolderEstate:
    node = reading.mesh.node_in(found.chosen.region) if reading.mesh else None
    name = slug(found.domain)
    return FolderEstate(data_folder(settings, node) / name, settings.provisioned_folder / name, replace_private)


def _judge(reading: Reading) -> Judge | None:
    """Return who holds a design against Azure policies: those of the mesh's governance, over the built-ins that they use."""
    mesh, azure = reading.mesh, reading.platform.azure if reading.platform else None
    if mesh is None or azure is None:
        return None
    circumstances = circumstances_of(azure.subscription, azure.resource_group, None)
    return policy_judge(gather(PackagedPolicies(), governance_policies(mesh, circumstances)), circumstances)
