"""The library form of `freehold test`: promises read from a mesh folder, and tables of any kind held against them."""

from __future__ import annotations

from pathlib import Path

from freehold.services import validation
from freehold.services.contract_test import Promises
from freehold.wiring.clock import SystemClock
from freehold.wiring.contract_tests import find_contract, read_mesh
from freehold.wiring.probing import open_prober
from freehold.wiring.settings import read_settings


class DataContractValidator(validation.DataContractValidator):
    """The judge of tables, in memory or in files, with what counts over them on this machine."""

    def __init__(self) -> None:
        """Hold nothing: every judgement stands for itself."""
        super().__init__(open_prober(), SystemClock())


def promises(text: str, mesh: str | Path | None = None) -> Promises:
    """Return what `PRODUCT` or `PRODUCT/CONTRACT` promises by the manifests of a folder, by default the nearest mesh upwards.

    Raises:
        MeshNotFound, MeshInvalid, StoreFailed: There is no mesh, or its manifests have errors or cannot be read.
        ProductUnknown, ContractUnknown: It has none of that name.
    """
    product, contract = find_contract(read_mesh(read_settings(Path(mesh) if mesh is not None else None)), text)
    return Promises(product=product, contract=contract)
