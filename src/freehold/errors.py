"""Every way Freehold says no, as one tree whose branches name who must act.

A code is registered when its class is made, never renamed and never reused; `title` is constant and safe to show;
`detail` is lower case with the caller's own words in backticks; `facts` are the typed members of the problem (RFC 9457).

    FreeholdError
    ├ ManifestError      400  a domain team or steward edits a file
    ├ BadRequest         400  the caller mends the request
    ├ NotAuthenticated   401  the caller brings a valid token
    ├ QueryRefused       403  the caller may not; the refusal says what would pass
    ├ DataRefused        422  whoever made the data mends the data
    ├ NotVisible         404  hidden or missing, the same on the wire
    ├ StateConflict      409  the state moved; look again
    ├ LimitExceeded      429  less, later or smaller
    ├ EngineError        502  what runs the query failed
    └ IntegrityError     500  somebody must be called
"""

from __future__ import annotations

from typing import Any, ClassVar

REGISTRY: dict[str, type[FreeholdError]] = {}


class FreeholdError(Exception):
    """The root: something Freehold refuses or cannot do, with a stable code."""

    code: ClassVar[str] = ""
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    transient: ClassVar[bool] = False

    def __init_subclass__(cls, *, code: str = "", title: str = "", status: int = 0) -> None:
        """Register a leaf under its code; a branch has none.

        Raises:
            TypeError: The code is taken, so one code would mean two things.
        """
        super().__init_subclass__()
        if status:
            cls.status = status
        if not code:
            return
        if code in REGISTRY:
            raise TypeError(f"error code `{code}` is registered twice")
        cls.code, cls.title = code, title or cls.title
        REGISTRY[code] = cls

    def __init__(self, detail: str = "", *, remedy: str | None = None, **facts: Any) -> None:
        """Say what happened (`detail`), what would mend it (`remedy`) and the typed members of the problem (`facts`)."""
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.remedy = remedy
        self.facts: dict[str, Any] = {name: value for name, value in facts.items() if value is not None}


class Internal(FreeholdError, code="internal", title="An internal error; it has been recorded", status=500):
    """What nobody foresaw: no text of it reaches the wire."""


# ── a domain team or steward edits a file ────────────────────────────────────────────────────────────────────────
class ManifestError(FreeholdError, status=400):
    """The mesh's own files need an edit; `facts["findings"]` may hold them all."""


class MeshInvalid(ManifestError, code="mesh-invalid", title="The mesh's manifests have errors"):
    """Manifests were read and did not pass; nothing was applied."""


class MeshNotFound(ManifestError, code="mesh-not-found", title="There is no mesh in this folder"):
    """No `mesh.yaml` here."""


class NothingApplied(ManifestError, code="nothing-applied", title="No manifests have been applied yet"):
    """A node was started before the first `freehold apply`."""


class SourceUnreadable(ManifestError, code="source-unreadable", title="A product's data cannot be read"):
    """The file is missing, corrupt or of another format than the manifest says."""


class TemplateInvalid(ManifestError, code="template-invalid", title="A template cannot be used"):
    """A template is missing, or does not make a valid manifest."""


class BreakingUnversioned(
    ManifestError, code="breaking-unversioned", title="A change would break a consumer and no version announces it"
):
    """A product in force would give a consumer less than it promised, under the same major version; nothing was applied."""


class DocumentInvalid(ManifestError, code="document-invalid", title="A document of another standard cannot be used"):
    """A document that was to be imported, exported or compared is not what it should be; `facts["findings"]` say where."""


class AzurePolicyInvalid(ManifestError, code="azure-policy-invalid", title="An Azure policy cannot be used"):
    """A policy definition, initiative, assignment or alias list is not of the documented shape, or asks what is not known."""


class ArmTemplateInvalid(ManifestError, code="arm-template-invalid", title="An ARM template cannot be used"):
    """A deployment template or its parameters are not of the documented shape."""


class ExpressionRefused(ManifestError, code="expression-refused", title="A template expression is refused"):
    """An expression of a template or policy is not of the grammar, too long or deep, or calls a function that does not exist."""


class ExpressionFailed(ManifestError, code="expression-failed", title="A template expression failed"):
    """An expression was given what a function cannot take, or costs more than one evaluation may."""


class SettingInvalid(ManifestError, code="setting-invalid", title="A setting cannot be used"):
    """An option, a folder or an environment value needs a change."""


# ── the caller mends the request ─────────────────────────────────────────────────────────────────────────────────
class BadRequest(FreeholdError, status=400):
    """The request cannot be understood as it stands."""


class QueryUnreadable(BadRequest, code="query-unreadable", title="The query is not SQL that can be read"):
    """The text does not parse; `position` says where."""


class QueryInvalid(BadRequest, code="query-invalid", title="The types or arguments of the query do not fit"):
    """The text can be read and is permitted, and still makes no sense to the engine: a comparison of a date with a number, say."""


class QueryTooComplex(BadRequest, code="query-too-complex", title="The query is too long or too deeply nested"):
    """The text is over the stated limits, judged before it is parsed or bound."""


class ParameterInvalid(BadRequest, code="parameter-invalid", title="A parameter is missing or of the wrong type"):
    """A named parameter is absent, unknown, or its value does not fit its declared type."""


class BodyUnreadable(BadRequest, code="body-unreadable", title="The request body cannot be read"):
    """The body is not UTF-8, not JSON, or not of the documented shape."""


class FormatUnsupported(BadRequest, code="format-unsupported", title="No such answer format", status=406):
    """None of the formats in `Accept` is offered."""


class MethodUnsupported(BadRequest, code="method-unsupported", title="No such method on this address", status=405):
    """The address exists, the method does not."""


class TypeInvalid(BadRequest, code="type-invalid", title="A type definition does not hold together"):
    """A definition of the data map is malformed, contradicts another one, or inherits from itself."""


class EntityInvalid(BadRequest, code="entity-invalid", title="An entity is malformed"):
    """What was sent is not of the shape of an entity, a relationship, a term or another thing of the data map."""


class AttributeMissing(BadRequest, code="attribute-missing", title="A required attribute has no value"):
    """The type of the entity requires the attribute."""


class AttributeInvalid(BadRequest, code="attribute-invalid", title="An attribute has a value of another type"):
    """The value does not fit the attribute's type."""


class ReferenceUnresolved(BadRequest, code="reference-unresolved", title="An entity refers to one that is not there"):
    """A placeholder that the request does not define, or an entity that does not exist or is not the caller's to see."""


class ContainmentCyclic(BadRequest, code="containment-cyclic", title="An entity would contain itself"):
    """Following compositions from the entity leads back to it."""


class ClassificationPresent(BadRequest, code="classification-present", title="The entity has this classification already"):
    """Adding is for classifications that are not there yet; update it instead."""


class ClassificationAbsent(BadRequest, code="classification-absent", title="The entity does not have this classification"):
    """It cannot be read, changed or removed."""


class SearchInvalid(BadRequest, code="search-invalid", title="The search cannot be understood"):
    """The filter, the order or the page asked for is not one of the grammar."""


class ScanSettingInvalid(BadRequest, code="scan-setting-invalid", title="A scanning setting cannot be used"):
    """A data source, scan, rule, rule set or trigger is malformed."""


# ── the caller brings a valid token ──────────────────────────────────────────────────────────────────────────────
class NotAuthenticated(FreeholdError, status=401):
    """Nobody, or nobody we can be sure of, is asking."""


class TokenMissing(NotAuthenticated, code="token-missing", title="A bearer token is required"):
    """No `Authorization: Bearer` header came with the request."""


class TokenInvalid(NotAuthenticated, code="token-invalid", title="The bearer token is not valid"):
    """Bad signature, unknown key or issuer, unpinned algorithm, wrong audience, or a claim that is missing."""


class TokenExpired(NotAuthenticated, code="token-expired", title="The bearer token has expired"):
    """The token was valid and no longer is, or is not yet."""


class IssuerUnreachable(NotAuthenticated, code="issuer-unreachable", title="The identity provider cannot be reached", status=503):
    """Keys could not be fetched from the issuer, so no token of it can be judged."""

    transient = True


class GroupsMissing(NotAuthenticated, code="groups-missing", title="The token does not say all groups of its holder", status=403):
    """Its holder is in more groups than the identity provider writes into a token: nobody can tell which domain they are of."""


class MembershipAmbiguous(
    NotAuthenticated, code="membership-ambiguous", title="The token puts its holder into two domains or regions", status=403
):
    """The groups, app roles and claims of a token name more than one domain, or more than one region; none of them is chosen."""


class NodeTokenInvalid(NotAuthenticated, code="node-token-invalid", title="The node token is not valid"):
    """A request says that a node of the mesh carries it, and cannot show it: its signature, its audience or the request differ."""


class NodeTokenExpired(NotAuthenticated, code="node-token-expired", title="The node token is not of this time"):
    """It has ended, lies ahead by more than clocks may differ, or was made for an earlier start of the node it was sent to."""

    transient = True


class NodeTokenReplayed(NotAuthenticated, code="node-token-replayed", title="The node token was used before"):
    """A node token is good for one request, once."""


# ── the caller may not ───────────────────────────────────────────────────────────────────────────────────────────
class QueryRefused(FreeholdError, status=403):
    """The gate decided no: a policy, or a query outside what may be asked."""


class ContractMissing(QueryRefused, code="contract-missing", title="No contract covers this use"):
    """The caller's domain has no contract for this product and purpose."""


class ContractPending(QueryRefused, code="contract-pending", title="The contract awaits approval"):
    """Governance requires approval and an approver has not given it for these terms."""


class ContractExpired(QueryRefused, code="contract-expired", title="The contract has ended"):
    """`validUntil` lies in the past."""


class PurposeMissing(QueryRefused, code="purpose-missing", title="A purpose must be stated"):
    """More than one contract could apply, so the request must say what for."""


class RoleMissing(QueryRefused, code="role-missing", title="No role of the owning domain gives access"):
    """The caller is of the owning domain, in a role that gives nothing."""


class ScopeMissing(QueryRefused, code="scope-missing", title="The token lacks a scope of this interface"):
    """The interface names scopes and the token has none of them."""


class AuthenticationUnsuitable(
    QueryRefused, code="authentication-unsuitable", title="This interface wants another kind of sign-in"
):
    """The interface names an authentication that the token's issuer does not provide."""


class ResidencyRefused(QueryRefused, code="residency-refused", title="The data may not go to the caller's region"):
    """No transfer rule lets anything of this product reach the caller's jurisdiction."""


class RowsMayNotCross(QueryRefused, code="rows-may-not-cross", title="Only aggregates may leave here"):
    """The caller may have aggregates over enough entities, and asked for rows."""


class PlanMissing(QueryRefused, code="no-compliant-plan", title="No permitted way to answer this over several regions"):
    """Some home would have to let out more than it may; `facts` name the smallest obstacle and what would pass."""


class ReleaseOverlap(QueryRefused, code="release-overlap", title="The groups, with ones given before, would tell of too few"):
    """The caller's domain was given groups from which, with these, figures of too few entities follow by adding and subtracting."""


class ReleaseLimit(QueryRefused, code="release-limit", title="As many groups were given as are compared"):
    """The caller's domain was given so many different groups of the same data that no more can be compared with them."""


class NodeElsewhere(QueryRefused, code="node-elsewhere", title="Another node is the home of this product", status=421):
    """This node does not serve the product's home region."""


class ColumnExcluded(QueryRefused, code="column-excluded", title="A column is excluded by the contract"):
    """The contract names the column among `excludedFields`."""


class ColumnWithheld(QueryRefused, code="column-withheld", title="A column is withheld by policy"):
    """The contract mentions the column, and a wider policy keeps it back: personal data in the clear, or across a border."""


class ColumnUnknown(QueryRefused, code="column-unknown", title="No such column is visible"):
    """Hidden or missing: the two look the same."""


class ColumnAmbiguous(QueryRefused, code="column-ambiguous", title="A column name could mean two columns"):
    """An unqualified name is visible in more than one relation."""


class ColumnUse(QueryRefused, code="column-use", title="The column may not be used in this way"):
    """The column is visible in a narrower form (masked, aggregate or join) than the query needs."""


class StatementUnsupported(QueryRefused, code="statement-unsupported", title="Only one SELECT statement may be asked"):
    """Another kind of statement, more than one, or a construct outside the allow-list."""


class FunctionUnsupported(QueryRefused, code="function-unsupported", title="The function is not on the allow-list"):
    """A function that is unknown, reaches outside the query, or fails depending on data."""


class RelationUnsupported(QueryRefused, code="relation-unsupported", title="Only products and subqueries may be read"):
    """A table function, a file, a system table or a name that shadows a product."""


class EntityKeyMissing(QueryRefused, code="entity-key-missing", title="The product cannot give guarded aggregates"):
    """Groups are counted in entities and the product declares no `entityKey`."""


class SourceMissing(QueryRefused, code="source-missing", title="The product has no data yet"):
    """The manifest declares no `source`."""


class QualityBelowFloor(QueryRefused, code="quality-below-floor", title="The data is below the promised quality"):
    """A measured quality metric lies under the floor that the contract promises."""


class ApprovalRefused(QueryRefused, code="approval-refused", title="Only a named approver may approve"):
    """The caller is not among the approvers that governance names."""


class ReviewRefused(QueryRefused, code="review-refused", title="Only a named approver may review a finding"):
    """The caller is not among the approvers that governance names for the product's domain."""


class SettlementRefused(QueryRefused, code="settlement-refused", title="Only a named approver may answer a request for access"):
    """The caller sees the request and is not among those who decide on the product's contracts, or made it themselves."""


class ScanRefused(QueryRefused, code="scan-refused", title="Only the owning domain and its approvers may look at values"):
    """The caller sees the product and has no role in its domain that reads it."""


class CollectionRefused(QueryRefused, code="collection-refused", title="No role on this collection allows that"):
    """The caller has no role on the collection, or one that gives less; to whom no role is given, missing things look the same."""


class DomainRefused(QueryRefused, code="domain-refused", title="No role in this business domain allows that"):
    """The caller has no role in the Unified Catalog, or none that does this in the business domain."""


class LedgerRefused(QueryRefused, code="ledger-refused", title="The ledger is open to auditors only"):
    """The caller may see their own entries and proofs, not those of others."""


class PolicyFailed(QueryRefused, code="policy-failed", title="The policy could not be evaluated, so the answer is no"):
    """An error inside the decision denies."""


# ── whoever made the data mends the data ─────────────────────────────────────────────────────────────────────────
class DataRefused(FreeholdError, status=422):
    """A table does not keep the contract it is meant for."""


class DataContractViolation(DataRefused, code="contract-violated", title="The data has columns that its contract does not allow"):
    """`facts` name every column: `unauthorized` (not allowed), `excluded` (forbidden by name) and `repeated` (there twice)."""


class DataQualityViolation(DataRefused, code="quality-violated", title="The data is below its contract's quality"):
    """`facts` hold what was measured and promised, in percent, and `columns`: the empty cells of each column that has any."""


# ── hidden or missing ────────────────────────────────────────────────────────────────────────────────────────────
class NotVisible(FreeholdError, status=404):
    """Hidden or missing: which one goes to the ledger only."""


class ProductUnknown(NotVisible, code="product-unknown", title="No such product is visible"):
    """No product of this name is visible to the caller."""


class TypeUnknown(NotVisible, code="type-unknown", title="No such type is defined"):
    """The data map has no type of that name or identifier."""


class EntityUnknown(NotVisible, code="entity-unknown", title="No such entity is visible"):
    """No entity of the data map has that identifier."""


class EntityNameUnknown(NotVisible, code="entity-name-unknown", title="No entity of that name is visible"):
    """No entity of that type has that unique attribute."""


class RelationshipUnknown(NotVisible, code="relationship-unknown", title="No such relationship is visible"):
    """No relationship of the data map has that identifier."""


class GlossaryUnknown(NotVisible, code="glossary-unknown", title="No such glossary, term or category is visible"):
    """No glossary, term or category has that identifier."""


class CollectionUnknown(NotVisible, code="collection-unknown", title="No such collection is visible"):
    """The account has no collection of that name."""


class ItemUnknown(NotVisible, code="item-unknown", title="No such item of the account is visible"):
    """No data source, scan, rule, rule set, policy or the like has that name."""


class DeclaredQueryUnknown(NotVisible, code="query-unknown", title="No such declared query is visible"):
    """No declared query of this name is visible to the caller."""


class ContractUnknown(NotVisible, code="contract-unknown", title="No such contract is visible"):
    """No contract of this name is visible to the caller."""


class RequestUnknown(NotVisible, code="request-unknown", title="No such request for access is visible"):
    """There is no request of that name, or it is not the caller's to see."""


class FindingUnknown(NotVisible, code="finding-unknown", title="No such finding is visible"):
    """Nothing was found in a column of this name, or the caller may not see that."""


class LeafUnknown(NotVisible, code="leaf-unknown", title="No such ledger entry is visible"):
    """The index lies outside the tree, or belongs to somebody else."""


class AddressUnknown(NotVisible, code="address-unknown", title="Nothing is served at this address"):
    """No route matches."""


# ── the state moved ──────────────────────────────────────────────────────────────────────────────────────────────
class StateConflict(FreeholdError, status=409):
    """Somebody else changed the state first."""


class PlanStale(StateConflict, code="plan-stale", title="The mesh has changed since it was planned"):
    """Another `apply` came first."""


class AlreadyExists(StateConflict, code="already-exists", title="It exists already"):
    """A file or folder that a command would write is there; nothing was overwritten."""


class TypeExists(StateConflict, code="type-exists", title="A type of that name is defined already"):
    """Creating is for new types; update it instead."""


class TypeInUse(StateConflict, code="type-in-use", title="The type is still used"):
    """Entities or other types refer to it."""


class ItemInUse(StateConflict, code="item-in-use", title="Something still depends on it"):
    """A collection that is not empty, a data source with scans, or the like."""


class VersionStale(StateConflict, code="version-stale", title="Somebody else has changed it since it was read"):
    """A role policy is changed at the version that it was read at; nothing was overwritten."""


class RequestDecided(StateConflict, code="request-decided", title="The request for access is not where that step begins"):
    """A decision is made once, on a request that waits for one."""


class RequestNeedless(StateConflict, code="request-needless", title="There is nothing to ask for"):
    """The caller's contract names all that they ask for already, or the product is their own domain's."""


class RequestLimit(StateConflict, code="request-limit", title="Too many requests for access are open"):
    """A caller may have so many open requests for one product; those that are answered do not count."""


class LedgerBusy(StateConflict, code="ledger-busy", title="Another process writes this ledger"):
    """A ledger has one writer at a time."""


# ── less, later or smaller ───────────────────────────────────────────────────────────────────────────────────────
class LimitExceeded(FreeholdError, status=429):
    """A stated limit was met."""


class RateLimited(LimitExceeded, code="rate-limited", title="The interface's rate limit is used up"):
    """Too many requests of this consumer on this interface; `retryAfter` is in seconds."""

    transient = True


class BodyTooLarge(LimitExceeded, code="body-too-large", title="The request body is too large", status=413):
    """The body is over the stated limit, in bytes."""


class BodyTooSlow(LimitExceeded, code="body-too-slow", title="The request body came too slowly", status=408):
    """The body was not whole within the stated time, in seconds."""


class RowsExceeded(LimitExceeded, code="rows-exceeded", title="The answer has too many rows", status=422):
    """The answer is over the stated limit of rows."""


class TimeExceeded(LimitExceeded, code="time-exceeded", title="The query ran out of time", status=408):
    """The query was stopped at the stated limit, in seconds."""


class MemoryExceeded(LimitExceeded, code="memory-exceeded", title="The query needs more memory than it may use", status=422):
    """The query was stopped at the stated limit of memory."""


class NodeBusy(LimitExceeded, code="node-busy", title="The node has too many queries under way", status=503):
    """The queue is full; nothing was run."""

    transient = True


class DataChanged(LimitExceeded, code="data-changed", title="The data changed while the query ran", status=503):
    """What was read or compared would be of two versions of the data; nothing was given."""

    transient = True


# ── what runs the query failed ───────────────────────────────────────────────────────────────────────────────────
class EngineError(FreeholdError, status=502):
    """The engine or a store failed; its own text stays inside."""


class EngineFailed(EngineError, code="engine-failed", title="The engine could not answer the query"):
    """The engine raised; the cause is in the node's log under the correlation id."""


class StorageUnreachable(EngineError, code="storage-unreachable", title="The storage of the data cannot be reached", status=503):
    """A container did not answer, asked to wait longer than is waited, or broke off; the data that is there is intact."""

    transient = True


class StorageRefused(EngineError, code="storage-refused", title="The storage of the data does not let the node in"):
    """The node has no credentials for a container, or they are not believed or give no right to read it."""


class QueryCancelled(EngineError, code="query-cancelled", title="The query was cancelled", status=499):
    """The caller went away, or the node is stopping."""


class NodeUnreachable(EngineError, code="node-unreachable", title="The node cannot be reached"):
    """A client could not speak to the node it was given."""

    transient = True


class RegionMissing(EngineError, code="region-missing", title="A region of this question does not answer", status=503):
    """A question over several regions, of which one cannot be reached; `region` names it and `reason` says why."""

    transient = True


class NodeUntrusted(EngineError, code="node-untrusted", title="Two nodes of the mesh do not believe each other"):
    """A node could not show its key or a certificate that is believed, or does not believe who asked; nothing was carried."""


class VersionSkew(EngineError, code="version-skew", title="Two nodes are of versions that do not work together"):
    """Nodes one minor version apart work together; these are further apart, and nothing was carried."""


class CatalogRefused(EngineError, code="catalog-refused", title="Another node's catalogue was refused"):
    """It is not signed by its node, of another time, too large, cannot be read, or tells of products at home elsewhere.

    The last one that was believed still answers.
    """


class CatalogRolledBack(EngineError, code="catalog-rolled-back", title="Another node's catalogue went back"):
    """A node told of an older catalogue than before, or of two under one version; the newer one still answers."""


class DeploymentFailed(EngineError, code="deployment-failed", title="A deployment did not come to its end"):
    """Azure refused a deployment or could not finish it; `failed` names the resources, each with Azure's code, never its text."""


class StoreFull(EngineError, code="store-full", title="There is no room left to write", status=507):
    """The disk is full; what was there before is intact."""

    transient = True


class StoreFailed(EngineError, code="store-failed", title="A file or database cannot be written or read", status=503):
    """A file, or the node's state, cannot be used; what was there before is intact."""


class AccountUnreachable(EngineError, code="account-unreachable", title="The Purview account cannot be reached", status=503):
    """No connection came about, none that is believed, or no whole answer in time."""

    transient = True


class AccountBusy(EngineError, code="account-busy", title="The Purview account asks to wait longer than is waited", status=503):
    """It answered 429 or 503 again and again; what was written before stays, and the next run goes on from there."""

    transient = True


class AccountRefused(EngineError, code="account-refused", title="The Purview account does not let this caller in"):
    """No token was had, it is not believed, or it has no role in a collection that is written to."""


class AccountRejected(EngineError, code="account-rejected", title="The Purview account did not take a request"):
    """It answered with an error that is no matter of waiting or of rights; `status` and `reason` say which."""


class SignInRefused(AccountRefused, code="sign-in-refused", title="No token is given for a service of the cloud"):
    """Whoever gives tokens does not accept what the environment holds, or no identity is assigned to this machine."""


class SignInUnreachable(AccountUnreachable, code="sign-in-unreachable", title="Whoever gives tokens cannot be reached", status=503):
    """The sign-in of the cloud does not answer, breaks off, or asks to wait longer than is waited."""


# ── somebody must be called ──────────────────────────────────────────────────────────────────────────────────────
class IntegrityError(FreeholdError, status=500):
    """Evidence does not add up."""


class CheckpointMismatch(IntegrityError, code="checkpoint-mismatch", title="The ledger does not match its signed checkpoint"):
    """Entries were changed, removed or lost after a checkpoint was signed."""


class ProofInvalid(IntegrityError, code="proof-invalid", title="The proof does not hold"):
    """An inclusion or consistency proof, or a signature, fails."""
