"""Where a node's data is: a folder, or a container that is reached as the environment says."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from freehold.engines.containers.copies import Copies
from freehold.engines.containers.place import DataContainer
from freehold.engines.place import Place
from freehold.errors import SettingInvalid
from freehold.model import place
from freehold.model.container import Container
from freehold.peers.tls import believing_also
from freehold.wiring.azure import open_tokens
from freehold.wiring.clock import SystemClock
from freehold.wiring.homes import container_of, data_folder
from freehold.wiring.settings import Settings, StorageAccess, read_azure_identity, read_storage

if TYPE_CHECKING:
    from freehold.engines.containers.credentials import Credential
    from freehold.engines.containers.service import BlobService


def open_place(settings: Settings, node: place.Node | None) -> Path | Place:
    """Return the place that a node's sources are relative to. Without credentials it refuses once something is to be read.

    Raises:
        SettingInvalid: What the environment says of the account cannot be used.
    """
    container = container_of(node)
    if container is None or node is None:
        return data_folder(settings, node)
    copies = Copies(settings.copies_folder(node.name), most=settings.copies_bytes)
    return DataContainer(open_service(settings, container), copies)


def open_service(settings: Settings, container: Container) -> BlobService:
    """Return what reads a container, by the account's key, or by tokens in the node's own name.

    Raises:
        SettingInvalid: As `open_place`, or the extra `azure` is not installed.
    """
    try:
        from freehold.engines.containers.service import BlobService
    except ImportError as error:
        raise SettingInvalid(
            "what reads containers of Azure is not installed", remedy="run: pip install 'freehold[azure]'"
        ) from error
    access, tls = read_storage(container.account), believing_also(settings.authority)
    return BlobService(
        container,
        _credential(container, settings, access),
        endpoint=access.endpoint,
        tls=tls,
        clock=SystemClock(),
        pause=time.sleep,
        jitter=random.random,
    )


def _credential(container: Container, settings: Settings, access: StorageAccess) -> Credential:
    from freehold.engines.containers.credentials import Bearer, Nobody, SharedKey

    if access.key is not None:
        return SharedKey(container.account, access.key)
    identity = read_azure_identity()
    return Bearer(open_tokens(settings.authority, identity)) if identity.has_credentials else Nobody(container.account)
