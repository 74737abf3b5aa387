"""How things of a mesh are called in an account, and the sentence by which those are known that have no other place for a mark."""

from __future__ import annotations

import re

from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.product import Product
from freehold.names import slug
from freehold.purview.state import short

_LONGEST = 36
_MARK = re.compile(r"\s*Kept by Freehold for (freehold://\S+) \(([0-9a-f]{8})\)\.\s*\Z")
_UNFIT = re.compile(r"[^A-Za-z0-9._]+")
_TERM = re.compile(r"[@.]+")


def mesh_address(mesh: Mesh) -> str:
    """Return how a mesh is named in an account; it is the mark of what is kept for it."""
    return f"freehold://{slug(mesh.name) if re.search(r'[^A-Za-z0-9_-]', mesh.name) else mesh.name}"


def domain_address(mesh: Mesh, key: str) -> str:
    """Return the qualified name of a domain."""
    return f"{mesh_address(mesh)}/{key}"


def product_address(mesh: Mesh, product: Product) -> str:
    """Return the qualified name of a product."""
    return f"{mesh_address(mesh)}/{product.key.replace('.', '/')}"


def contract_address(mesh: Mesh, product: Product, contract: Contract) -> str:
    """Return the qualified name of a contract."""
    return f"{product_address(mesh, product)}/contracts/{contract.slug}"


def collection_name(*parts: str) -> str:
    """Return a name of 3 to 36 letters, digits and hyphens, as collections have them; one that is too long ends in its digest.

    >>> collection_name("contoso", "sales")
    'contoso-sales'
    """
    name = "-".join(slug(part) for part in parts).strip("-")
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 9].rstrip('-')}-{short(parts)}"
    return name if len(name) >= 3 else f"{name}-mesh".lstrip("-")


def classification_name(text: str) -> str:
    """Return the name of a classification as an account allows it: a letter, then letters, digits, `.` and `_`.

    >>> classification_name("PII.Contact"), classification_name("2nd level")
    ('PII.Contact', 'C_2nd_level')
    """
    made = _UNFIT.sub("_", text)
    return made if made[:1].isalpha() else f"C_{made}"


def term_name(purpose: str) -> str:
    """Return the name of the term of a purpose: `@` and `.` have a meaning in names of terms."""
    return " ".join(_TERM.sub(" ", purpose).split())[:256]


def marked(text: str | None, address: str, whole: str) -> str:
    """Return a description with the mark of what is kept for a mesh; `whole` is the digest of what was written."""
    return f"{text or ''} Kept by Freehold for {address} ({whole}).".strip()


def unmarked(text: str | None) -> tuple[str, str | None, str]:
    """Return a description without its mark, the address in the mark (None: it has none), and the digest."""
    found = _MARK.search(text or "")
    if found is None:
        return text or "", None, ""
    return (text or "")[: found.start()], found.group(1), found.group(2)
