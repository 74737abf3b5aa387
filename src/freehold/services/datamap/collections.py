"""The account, its collections, and the metadata policies that say who has which role on them."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from freehold.datamap.access import TITLES, Collection, Grants, Right, Role, Someone, read_collection, read_policy, write_policy
from freehold.errors import CollectionUnknown, EntityInvalid, ItemInUse, ItemUnknown
from freehold.ports.datamap import Change
from freehold.services.datamap.ground import COLLECTION, GRANTS, Ground

PAGE = 100
DATA_SOURCE = "datasource"
_ACCOUNT, _RULES = "account", "resourceSetRule"
_DEEPEST = 16


class Collections:
    """The collections of one account."""

    def __init__(self, ground: Ground) -> None:
        """Work on `ground`."""
        self._ground = ground

    def all(self, someone: Someone, skip: int) -> tuple[list[dict[str, Any]], int | None]:
        """Return a page of the collections in which the caller has any role, with those above them, and where the next begins.

        Raises:
            CollectionRefused: The caller has no role at all.
        """
        access = self._ground.access
        access.check_anywhere(someone)
        own = {name for name in access.collections if access.rights(someone, name)}
        seen = sorted({above for name in own for above in access.path(name)})
        page = [self._shown(access.collections[name]) for name in seen[skip : skip + PAGE]]
        return page, skip + PAGE if skip + PAGE < len(seen) else None

    def find(self, someone: Someone, name: str) -> dict[str, Any]:
        """Return a collection.

        Raises:
            CollectionRefused: The caller has no role on it; or there is none, and they do not read the root.
            CollectionUnknown: There is none.
        """
        return self._shown(self._held(someone, name))

    def children(self, someone: Someone, name: str) -> list[dict[str, Any]]:
        """Return name and title of the collections directly below one.

        Raises:
            As `find`.
        """
        self._held(someone, name)
        below = (self._ground.access.collections[item] for item in sorted(self._ground.access.children[name]))
        return [{"name": item.name, "friendlyName": item.title} for item in below]

    def path(self, someone: Someone, name: str) -> dict[str, Any]:
        """Return names and titles of the collections above one, the root first.

        Raises:
            As `find`.
        """
        self._held(someone, name)
        above = self._ground.access.path(name)[:0:-1]
        titles = [self._ground.access.collections[item].title for item in above]
        return {"parentNameChain": list(above), "parentFriendlyNameChain": titles}

    def put(self, someone: Someone, name: str, given: Any) -> dict[str, Any]:
        """Create a collection, or change its title, description or place.

        Raises:
            EntityInvalid: It is malformed, would be below itself, or deeper than 16.
            CollectionRefused: The caller does not govern the place where it is, or where it shall be.
            CollectionUnknown: The collection above does not exist.
        """
        ground = self._ground
        title, parent, description = read_collection(name, given)
        with ground.lock:
            old = ground.access.collections.get(name)
            above = parent if parent is not None else old.parent if old is not None else ground.access.root
            if old is not None:
                ground.access.check(someone, Right.GOVERN, name)
            if old is None or above != old.parent:
                ground.access.check(someone, Right.GOVERN, above or ground.access.root)
                self._check_place(name, above)
            made = Collection(
                name=name,
                title=title,
                parent=above,
                description=description,
                created=old.created if old is not None else ground.moment(),
                by=old.by if old is not None else someone.subject,
            )
            ground.write_documents((COLLECTION, name, "", msgspec.to_builtins(made)))
            ground.refresh()
        return self._shown(made)

    def delete(self, someone: Someone, name: str) -> None:
        """Delete an empty collection.

        Raises:
            CollectionRefused, CollectionUnknown: As `find`, for governing it.
            ItemInUse: It is the root, or collections, entities or data sources are in it.
        """
        ground = self._ground
        with ground.lock:
            ground.access.check(someone, Right.GOVERN, name)
            sources = any(_place(item) == name for _, item in ground.store.documents(DATA_SOURCE))
            if name == ground.access.root or ground.access.children[name] or ground.store.held(name) or sources:
                raise ItemInUse(f"the collection `{name}` is the root, or not empty", remedy="move or delete what is in it first")
            ground.store.write(Change(forget=((COLLECTION, name), (GRANTS, name))))
            ground.refresh()

    def roles(self, someone: Someone) -> dict[str, Any]:
        """Return the roles that there are.

        Raises:
            CollectionRefused: The caller has no role at all.
        """
        self._ground.access.check_anywhere(someone)
        made = [
            {
                "id": f"purviewmetadatarole_builtin_{role}",
                "name": f"purviewmetadatarole_builtin_{role}",
                "type": "BuiltIn",
                "properties": {
                    "provisioningState": "Provisioned",
                    "roleType": "BuiltIn",
                    "friendlyName": title,
                    "description": title,
                    "cnfCondition": [],
                    "version": 1,
                },
            }
            for role, title in TITLES.items()
        ]
        return {"values": made}

    def policies(self, someone: Someone, name: str | None) -> dict[str, Any]:
        """Return the metadata policies of all collections that the caller governs, or of one of them.

        Raises:
            As `find`.
        """
        access = self._ground.access
        if name is not None:
            access.check(someone, Right.GOVERN, name)
        access.check_anywhere(someone)
        wanted = [name] if name is not None else sorted(access.where(someone, Right.GOVERN))
        return {"values": [self._policy(item) for item in wanted]}

    def policy(self, someone: Someone, identifier: str) -> dict[str, Any]:
        """Return a metadata policy by its identifier.

        Raises:
            ItemUnknown: There is none that the caller may see.
        """
        return self._policy(self._of_policy(someone, identifier))

    def put_policy(self, someone: Someone, identifier: str, given: Any) -> dict[str, Any]:
        """Say anew who has which role on a collection.

        Raises:
            ItemUnknown: As `policy`.
            EntityInvalid: It has a rule or condition that is not known, or would leave the root without an administrator.
        """
        ground = self._ground
        with ground.lock:
            name = self._of_policy(someone, identifier)
            grants = read_policy(given)
            if name == ground.access.root and not grants.people.get(Role.COLLECTIONS):
                raise EntityInvalid(
                    "nobody would administer the root collection", remedy="name at least one collection-administrator"
                )
            version = (ground.store.document(GRANTS, name) or {}).get("version", 0) + 1
            ground.write_documents((GRANTS, name, "", msgspec.to_builtins(grants) | {"version": version}))
            ground.refresh()
        return self._policy(name)

    def account(self, someone: Someone, url: str) -> dict[str, Any]:
        """Return the account, whose planes are all at `url`.

        Raises:
            CollectionRefused: The caller has no role at all.
        """
        ground = self._ground
        ground.access.check_anywhere(someone)
        root = ground.access.collections[ground.access.root]
        held = ground.store.document(_ACCOUNT, "properties") or {}
        return {
            "id": f"/accounts/{root.name}",
            "name": root.name,
            "location": "local",
            "type": "Microsoft.Purview/accounts",
            "sku": {"name": "Standard", "capacity": 1},
            "identity": {"type": "None"},
            "systemData": {"createdAt": root.created, "createdBy": root.by or "freehold", "createdByType": "Application"},
            "properties": {
                "friendlyName": held.get("friendlyName", root.title),
                "provisioningState": "Succeeded",
                "publicNetworkAccess": "Enabled",
                "endpoints": {"catalog": f"{url}/catalog", "guardian": f"{url}/guardian", "scan": f"{url}/scan"},
                "createdAt": root.created,
                "createdBy": root.by or "freehold",
            },
        }

    def rename(self, someone: Someone, given: Any, url: str) -> dict[str, Any]:
        """Give the account another friendly name.

        Raises:
            EntityInvalid: It is malformed.
            CollectionRefused: The caller does not govern the root.
        """
        self._ground.access.check(someone, Right.GOVERN, self._ground.access.root)
        name = given.get("friendlyName") if isinstance(given, dict) else None
        if not isinstance(name, str) or not 0 < len(name) <= 200:
            raise EntityInvalid("`friendlyName` is no text of at most 200 characters", remedy='send {"friendlyName": "…"}')
        self._ground.write_documents((_ACCOUNT, "properties", "", {"friendlyName": name}))
        return self.account(someone, url)

    def resource_set_rule(self, someone: Someone) -> dict[str, Any]:
        """Return the rule by which files are grouped into resource sets.

        Raises:
            ItemUnknown: There is none.
            CollectionRefused: The caller has no role at all.
        """
        self._ground.access.check_anywhere(someone)
        found = self._ground.store.document(_RULES, "defaultResourceSetRuleConfig")
        if found is None:
            raise ItemUnknown("there is no resource set rule", remedy="put one")
        return found

    def put_resource_set_rule(self, someone: Someone, given: Any) -> dict[str, Any]:
        """Keep the rule by which files are grouped into resource sets. It is kept for clients; scans treat each file by itself.

        Raises:
            EntityInvalid: It is malformed.
            CollectionRefused: The caller does not govern the root.
        """
        self._ground.access.check(someone, Right.GOVERN, self._ground.access.root)
        if not isinstance(given, dict):
            raise EntityInvalid(
                "a resource set rule comes as an object", remedy='send {"advancedResourceSet": {…}, "pathPatternConfig": {…}}'
            )
        kept = {name: given[name] for name in ("advancedResourceSet", "pathPatternConfig") if given.get(name) is not None}
        made = {"name": "defaultResourceSetRuleConfig"} | kept
        self._ground.write_documents((_RULES, "defaultResourceSetRuleConfig", "", made))
        return made

    def delete_resource_set_rule(self, someone: Someone) -> None:
        """Forget the rule by which files are grouped into resource sets.

        Raises:
            CollectionRefused: The caller does not govern the root.
        """
        self._ground.access.check(someone, Right.GOVERN, self._ground.access.root)
        self._ground.store.write(Change(forget=((_RULES, "defaultResourceSetRuleConfig"),)))

    def _held(self, someone: Someone, name: str) -> Collection:
        access = self._ground.access
        found = access.collections.get(name)
        if found is not None and access.rights(someone, name):
            return found
        access.check(someone, Right.READ, access.root if found is None else name)
        raise CollectionUnknown(f"the account has no collection `{name[:80]}`", remedy="list them at /account/collections")

    def _check_place(self, name: str, above: str | None) -> None:
        if above is None:
            return
        path = self._ground.access.path(above)
        if name in path or name == self._ground.access.root:
            raise EntityInvalid(f"the collection `{name}` would be below itself", remedy="choose another parent")
        if len(path) >= _DEEPEST:
            raise EntityInvalid(f"collections are at most {_DEEPEST} deep", remedy="choose a parent further up")

    def _of_policy(self, someone: Someone, identifier: str) -> str:
        access = self._ground.access
        found = next((name for name in access.where(someone, Right.GOVERN) if policy_id(name) == identifier), None)
        if found is None:
            raise ItemUnknown(
                "there is no such metadata policy that you may see", remedy="list those of the collections you administer"
            )
        return found

    def _policy(self, name: str) -> dict[str, Any]:
        held = self._ground.store.document(GRANTS, name) or {}
        grants = msgspec.convert(held, Grants)
        return write_policy(policy_id(name), self._ground.access.collections[name], grants, held.get("version", 0))

    def _shown(self, item: Collection) -> dict[str, Any]:
        parent = {"parentCollection": {"type": "CollectionReference", "referenceName": item.parent}} if item.parent else {}
        return {
            "name": item.name,
            "friendlyName": item.title,
            "description": item.description,
            "collectionProvisioningState": "Succeeded",
            "systemData": {
                "createdAt": item.created,
                "createdBy": item.by or "freehold",
                "createdByType": "User" if item.by else "Application",
                "lastModifiedAt": item.created,
                "lastModifiedBy": item.by or "freehold",
                "lastModifiedByType": "User" if item.by else "Application",
            },
            **parent,
        }


def policy_id(collection: str) -> str:
    """Return the identifier of a collection's metadata policy."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:freehold:datamap:policy:{collection}"))


def _place(source: dict[str, Any]) -> str | None:
    return source["properties"]["collection"]["referenceName"]
