"""One question under what is in force and under the manifests of a folder: what `explain --change` does, without any node."""

from __future__ import annotations

from contextlib import closing

import msgspec

from freehold.errors import NothingApplied
from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.place import Mode
from freehold.model.query import Question, Scalar
from freehold.ports.clock import Clock
from freehold.ports.registry import Registry
from freehold.services.audience import ISSUER
from freehold.services.force import Force, InForce
from freehold.services.impact import Impact, impact, supposed
from freehold.services.rehearsal import Supposed
from freehold.wiring.clock import SystemClock
from freehold.wiring.folder import Checked, sound
from freehold.wiring.homes import choose_node, open_registry
from freehold.wiring.identity import FollowingIdentity
from freehold.wiring.rehearsal import open_rehearsal
from freehold.wiring.running import find_running
from freehold.wiring.settings import Settings

_AUTHENTICATIONS = frozenset({"OAuth2", "OIDC", "AzureAD"})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question and who asks it: whoever `token` names, else a member of `domain` who asks from `region`.

    Without a region it is that of the mesh's only node. The member need not exist: nothing is answered to them.
    """

    sql: str
    parameters: dict[str, Scalar] = {}
    purpose: str | None = None
    token: str | None = None
    subject: str = ""
    domain: str = ""
    region: str | None = None
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


def explain_change(settings: Settings, checked: Checked, asked: Asked) -> Impact:
    """Return what becomes of a question where the manifests of a checked folder come into force.

    Raises:
        MeshInvalid: The folder has errors.
        SettingInvalid: The mesh has several nodes and no region was given.
        TokenInvalid, TokenExpired, IssuerUnreachable: The token is not believed.
        FreeholdError: The question could not be decided or recorded.
    """
    mesh, clock = sound(checked), SystemClock()
    with closing(open_registry(settings)) as registry, open_rehearsal(settings, registry, clock) as rehearsal:
        before = _in_force(registry)
        after = supposed(mesh, before)
        principal = _principal(settings, asked, before or after, clock)
        question = Question(principal=principal, sql=asked.sql, parameters=asked.parameters, purpose=asked.purpose)
        return impact(question, rehearsal, before, after, clock.now().date().isoformat())


def _in_force(registry: Registry) -> Force | None:
    try:
        return InForce(registry).current()
    except NothingApplied:
        return None


def _principal(settings: Settings, asked: Asked, force: Force, clock: Clock) -> Principal:
    if asked.token is not None:
        return _authenticated(settings, asked.token, force, clock)
    return Principal(
        subject=asked.subject,
        issuer=ISSUER,
        domain=asked.domain,
        region=asked.region or _region(settings, force.mesh),
        roles=frozenset(asked.roles),
        scopes=frozenset(asked.scopes),
        authentications=_AUTHENTICATIONS,
    )


def _region(settings: Settings, mesh: Mesh) -> str:
    running = find_running(settings.folder)
    return running[0].region if len(running) == 1 else choose_node(mesh, settings.region).region


def _authenticated(settings: Settings, token: str, force: Force, clock: Clock) -> Principal:
    """Believe the issuers of the mesh and, beside a development node that runs here, its own."""
    believed = Supposed()
    believed.suppose(force)
    develops = any(item.mode is Mode.DEVELOPMENT for item in find_running(settings.folder))
    mode = Mode.DEVELOPMENT if develops else Mode.PRODUCTION
    with closing(FollowingIdentity(believed, msgspec.structs.replace(settings, mode=mode), clock)) as identity:
        return identity.authenticate(token)
