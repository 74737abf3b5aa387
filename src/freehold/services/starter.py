"""What `freehold init` writes: a small mesh that passes every check and explains itself, as text."""

from __future__ import annotations

MESH = """\
# The mesh itself: where its nodes are, whose tokens they believe, what may cross which border.
mesh:
  name: {name}
  nodes:
    # One node serves one region. `data` is the folder that its products' sources are relative to.
    - {{name: {slug}-westeurope, region: westeurope, url: "http://127.0.0.1:8080", data: data}}

  # Whose tokens are believed. Until an issuer is named, only `freehold up --dev` gives out tokens.
  # identity:
  #   issuers:
  #     - issuer: https://login.example.com
  #       audience: freehold
  #       algorithms: [ES256, RS256]
  #       authentications: [OAuth2, OIDC]
  #       claims: {{subject: sub, domain: domain, region: region, roles: roles, scopes: scope}}

  # Inside one jurisdiction rows move freely. Where nothing is written, only aggregates cross a border.
  # transfers:
  #   - {{name: EU to US, from: EU, to: US, allow: nothing}}
"""

GOVERNANCE = """\
# The policy of the whole mesh. A domain may narrow it with a policy in its own folder; none can widen it.
governancePolicies:
  dataResidency:
    enforced: true
    allowedRegions: [westeurope, northeurope]

  # Columns whose name or description matches are classified; everything under PII is personal data.
  dataClassification:
    autoClassify: true
    rules:
      - {pattern: "SSN|Social Security", classification: PII.HighRisk}
      - {pattern: "email|phone", classification: PII.Contact}

  dataCatalog:
    requireDescription: true
    requireOwner: true
    requireSensitivityLabel: true

  # A contract has no effect until a data steward of the domain that owns the product approves it.
  accessControl:
    requireApproval: true
    approvers: ["data-steward@domain"]
"""

DOMAIN = """\
# A domain team: what each of its own roles may do with its own products.
domain:
  name: {name}
  owner: {owner}
  description: {description}
  roles: {{data-owner: read, data-engineer: read, data-steward: read}}
"""

TEMPLATE = """\
# A data product. Every key is described in docs/manifests.md; editors complete it from `freehold schema`.
dataProduct:
  name: {{name}}
  domain: {{domain}}
  owner: {{owner}}
  description: "What a row is, and where it comes from"
  sensitivityLabel: General

  dataResidency:
    region: EU
    storageLocations: [westeurope]

  interfaces:
    - {type: SQL, rateLimit: 1000}

  # What the product promises: completeness counts required values, accuracy the rules of the schema.
  qualityMetrics: {completeness: 98, accuracy: 99}

  # Where the data is, relative to the node's data folder. Until then, nothing can be asked.
  # source: {path: orders.parquet}

  # The column that says whom a row is about: aggregates are counted in it.
  entityKey: id

  # A column that is not listed does not exist for anybody.
  schema:
    - {name: id, type: string, description: "Whom the row is about", required: true}
    - {name: amount, type: number, description: "How much", minimum: 0}

  # What other domains may have, and what for.
  # dataContracts:
  #   - consumer: Analytics Domain
  #     purpose: Business analytics
  #     fields: [amount]
"""

PERSONAL_TEMPLATE = """\
# A data product with personal data: what is personal leaves in the clear under no contract.
dataProduct:
  name: {{name}}
  domain: {{domain}}
  owner: {{owner}}
  description: "Who a row is about, and where it comes from"
  sensitivityLabel: Confidential

  dataResidency:
    region: EU
    storageLocations: [westeurope]
    piiHandling: Encrypted-CMK

  interfaces:
    - {type: SQL, rateLimit: 1000}

  # Where the data is, relative to the node's data folder. Until then, nothing can be asked.
  # source: {path: customers.parquet}

  entityKey: customerId
  schema:
    - {name: customerId, type: string, description: "Pseudonymous number", required: true, unique: true}
    - {name: segment, type: string, description: "Market segment"}
    - {name: email, type: string, description: "How to write", classification: PII.Contact}
    - {name: birthDate, type: date, description: "Day of birth", classification: PII}

  # What other domains may have, and what for. Personal columns can be given masked.
  # dataContracts:
  #   - consumer: Sales Domain
  #     purpose: Customer enrichment
  #     fields: [customerId, segment]
  #     masks: {birthDate: year}
  #     excludedFields: [email]
"""

TEMPLATES = {"standard": TEMPLATE, "personal": PERSONAL_TEMPLATE}

IGNORED = ".gitignore"
IGNORE = """\
# What is in force, ledgers and keys: they are this machine's, and keys are secret.
.freehold/
"""
