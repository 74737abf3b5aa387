"""Start a mesh, a domain or a product: files that pass `check`, explain themselves and never replace what is there."""

from __future__ import annotations

import json
import re

import msgspec

from freehold.classify.rules import propose, propose_entity_key
from freehold.errors import AlreadyExists, MeshNotFound, SettingInvalid, TemplateInvalid
from freehold.manifest import read
from freehold.model.finding import Severity
from freehold.model.mesh import Mesh
from freehold.model.party import Domain
from freehold.model.product import Source
from freehold.model.query import InspectedColumn, Inspection
from freehold.names import domain_key, nearest, slug
from freehold.ports.files import Files
from freehold.services import starter

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_]*)\s*\}\}")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_@.\- ]*[A-Za-z0-9]|[A-Za-z]")
_NOT_PLAIN = frozenset({"true", "false", "null"})
_NAME_LENGTH = 100
_TWICE = frozenset({"product-duplicate", "domain-duplicate"})
_CONFIRM = "# proposed: confirm"
_SERVED = frozenset({"string", "integer", "number", "boolean", "date", "timestamp", "time", "binary"})


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was written: its path in the mesh's folder, its text, and what its owner is asked to confirm."""

    path: str
    text: str
    confirm: tuple[str, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The product to write; without an owner it is the domain's."""

    name: str
    domain: str
    owner: str | None = None


def init(files: Files, name: str) -> tuple[Written, ...]:
    """Write a starter mesh; a `.gitignore` that is there already stays as it is, and is not among what is returned.

    Raises:
        AlreadyExists: There is a mesh, or a file of it, already; none was overwritten.
        SettingInvalid: The name cannot be a name.
        StoreFull, StoreFailed: It could not be written.
    """
    _check_name("mesh", name)
    try:
        files.read()
    except MeshNotFound:
        pass
    else:
        raise AlreadyExists("there is a mesh here already", remedy="look at it with `freehold status`, or choose an empty folder")
    owner = "sales-data-team@example.com"
    domain = {"name": "Sales", "owner": owner, "description": "Orders and what they earn"}
    texts = {
        "mesh.yaml": starter.MESH.format(name=_yaml(name), slug=slug(name)),
        "governance.yaml": starter.GOVERNANCE,
        **{f"templates/{key}.yaml": text for key, text in starter.TEMPLATES.items()},
        "domains/sales/domain.yaml": starter.DOMAIN.format(**domain),
        "domains/sales/orders.yaml": _filled(starter.TEMPLATE, {"name": "Orders", "domain": "Sales", "owner": owner}),
    }
    written = tuple(_write(files, path, text) for path, text in texts.items())
    try:
        return (*written, _write(files, starter.IGNORED, starter.IGNORE))
    except AlreadyExists:
        return written


def new_domain(files: Files, name: str, owner: str | None = None, description: str | None = None) -> Written:
    """Write a domain's own block.

    Raises:
        MeshNotFound: There is no mesh.
        AlreadyExists: The mesh has a block for this domain.
        SettingInvalid: The name cannot be a name.
        StoreFull, StoreFailed: It could not be written.
    """
    _check_name("domain", name)
    short = re.sub(r"\s+domain\s*$", "", name, flags=re.IGNORECASE)
    folder = slug(domain_key(name))
    text = starter.DOMAIN.format(
        name=_yaml(short),
        owner=_yaml(owner or f"{folder}-data-team@example.com"),
        description=_yaml(description or f"What the domain {short} is about"),
    )
    return _checked(files, f"domains/{folder}/domain.yaml", text, ())


def new_product(files: Files, wanted: Wanted, template: str) -> Written:
    """Write a product from a template of the mesh: `{{name}}`, `{{domain}}` and `{{owner}}` are filled in.

    Raises:
        MeshNotFound: There is no mesh.
        TemplateInvalid: There is no such template, or it makes no valid manifest; `facts["findings"]` says why.
        SettingInvalid: The name cannot be a name, or the mesh has no such domain.
        AlreadyExists: The mesh has such a product.
        StoreFull, StoreFailed: It could not be written.
    """
    domain = _domain(files, wanted)
    text = files.read_template(template)
    if text is None:
        known = files.templates()
        close = nearest(template, known)
        remedy = f"did you mean `{close}`?" if close else f"templates here: {', '.join(known) or 'none; put one into templates/'}"
        raise TemplateInvalid(f"there is no template `{template}`", remedy=remedy)
    values = {"name": wanted.name, "domain": domain.name, "owner": _owner(wanted, domain)}
    return _checked(files, _path(wanted), _filled(text, values), ())


def draft_product(files: Files, wanted: Wanted, source: Source, inspection: Inspection) -> Written:
    """Write a product drafted from its data: types as they are, classifications and entity key as proposals to confirm.

    Raises:
        MeshNotFound: There is no mesh.
        SettingInvalid: The name cannot be a name, or the mesh has no such domain.
        AlreadyExists: The mesh has such a product.
        StoreFull, StoreFailed: It could not be written.
    """
    domain, mesh = _domain(files, wanted), _mesh(files)
    lines, confirm = _schema(mesh, domain, inspection.columns)
    key = propose_entity_key(tuple(column.name for column in inspection.columns))
    label = "Confidential" if any("PII" in item for item in confirm) else "General"
    if key is not None:
        confirm = (*confirm, f"entityKey: {key}")
    rows = f"{inspection.rows:,} rows" if inspection.rows is not None else "rows not counted"
    head = f"# Drafted from the data: {rows}, {len(inspection.columns)} columns."
    text = "\n".join(
        [
            f"{head} Read it, confirm what is proposed, then: freehold check",
            "dataProduct:",
            f"  name: {_yaml(wanted.name)}",
            f"  domain: {_yaml(domain.name)}",
            f"  owner: {_yaml(_owner(wanted, domain))}",
            f"  description: {_yaml(f'{wanted.name} of the {domain.name} domain')}  # say what a row is",
            f"  sensitivityLabel: {label}  {_CONFIRM}",
            "",
            *_residency(mesh, domain),
            "  interfaces:",
            "    - {type: SQL}",
            "",
            f"  source: {{path: {_yaml(source.path)}, format: {source.format}, engine: {source.engine}}}",
            "",
            "  # The column that says whom a row is about: aggregates are counted in it.",
            f"  entityKey: {_yaml(key)}  {_CONFIRM}" if key else "  # entityKey:",
            "",
            "  # A column that is not listed does not exist for anybody.",
            "  schema:" if lines else "  schema: []",
            *lines,
            "",
            "  # What other domains may have, and what for.",
            "  # dataContracts:",
            "  #   - {consumer: Analytics Domain, purpose: Business analytics, fields: []}",
            "",
        ]
    )
    return _checked(files, _path(wanted), text, confirm)


def _schema(mesh: Mesh, domain: Domain, columns: tuple[InspectedColumn, ...]) -> tuple[list[str], tuple[str, ...]]:
    """Return the lines of a schema, and the classifications that are proposed in it."""
    rules = tuple(rule for policy in mesh.governances(domain.key) for rule in policy.rules)
    lines: list[str] = []
    confirm: list[str] = []
    for column in columns:
        if column.logical not in _SERVED and not column.logical.startswith("decimal"):
            lines.append(f"    # {json.dumps(column.name)} is left out: {column.logical} values are not served")
            continue
        found = propose(rules, column.name)
        said = f", classification: {found}}}  {_CONFIRM}" if found else "}"
        lines.append(f"    - {{name: {_yaml(column.name)}, type: {_type(column.logical)}{said}")
        confirm += [f"{column.name}: {found}"] if found else []
    return lines, tuple(confirm)


def _type(logical: str) -> str:
    return f'"{logical}"' if "," in logical else logical


def _residency(mesh: Mesh, domain: Domain) -> list[str]:
    """Return where a new product would be: the first region that every policy allows and a node serves."""
    served = {node.region for node in mesh.nodes.values()}
    lists = [policy.allowed_regions for policy in mesh.governances(domain.key) if policy.allowed_regions]
    candidates = [name for name in (lists[0] if lists else sorted(served)) if all(name in item for item in lists)]
    region = next((name for name in candidates if name in served and name in mesh.regions), None)
    if region is None:
        return []
    area = mesh.regions[region].jurisdiction
    return ["  dataResidency:", f"    region: {_yaml(area)}", f"    storageLocations: [{_yaml(region)}]", ""]


def _domain(files: Files, wanted: Wanted) -> Domain:
    _check_name("product", wanted.name)
    domains = _mesh(files).domains
    found = domains.get(domain_key(wanted.domain))
    if found is not None:
        return found
    close = nearest(domain_key(wanted.domain), domains)
    remedy = f"did you mean `{close}`?" if close else f"run: freehold domain new {slug(wanted.domain) or 'NAME'}"
    raise SettingInvalid(f"the mesh has no domain `{wanted.domain}`", remedy=remedy)


def _mesh(files: Files) -> Mesh:
    mesh = read(files.read()).mesh
    if mesh is None:
        raise MeshNotFound("mesh.yaml cannot be read", remedy="run `freehold check` and mend it first")
    return mesh


def _owner(wanted: Wanted, domain: Domain) -> str:
    return wanted.owner or domain.owner or f"{slug(domain.key)}-data-team@example.com"


def _path(wanted: Wanted) -> str:
    return f"domains/{slug(domain_key(wanted.domain))}/{slug(wanted.name)}.yaml"


def _check_name(what: str, name: str) -> None:
    if not re.match(r"[a-z]", slug(name)) or len(name) > _NAME_LENGTH or not name.isprintable():
        raise SettingInvalid(
            f"`{name[:_NAME_LENGTH]}` cannot be the name of a {what}", remedy="begin it with a letter, such as `Sales Analytics`"
        )


def _filled(text: str, values: dict[str, str]) -> str:
    """Return a template with its placeholders filled in, each as a YAML value; quotes around one are taken in."""

    def fill(found: re.Match[str]) -> str:
        if found.group(1) not in values:
            close = nearest(found.group(1), values)
            raise TemplateInvalid(
                f"the template has an unknown placeholder `{found.group()}`",
                remedy=f"did you mean `{{{{{close}}}}}`?" if close else "use {{name}}, {{domain}} and {{owner}}",
            )
        value = values[found.group(1)]
        alone = text[text.rfind("\n", 0, found.start()) + 1 : found.start()].rstrip().endswith(":")
        return _yaml(value) if alone else json.dumps(value, ensure_ascii=False)[1:-1]

    return _PLACEHOLDER.sub(fill, text)


def _yaml(value: str) -> str:
    """Return text as a YAML scalar: bare where it cannot be read as anything else, else in double quotes (as JSON writes it)."""
    if _PLAIN.fullmatch(value) and value.casefold() not in _NOT_PLAIN:
        return value
    return json.dumps(value, ensure_ascii=not value.isprintable())


def _checked(files: Files, path: str, text: str, confirm: tuple[str, ...]) -> Written:
    """Write a manifest once it is known to read without an error in its mesh."""
    held = files.read()
    if path in held:
        raise AlreadyExists(f"`{path}` exists already", remedy="choose another name, or edit that file")
    before = {item.code for item in read(held).findings}
    found = [item for item in read({**held, path: text.encode("utf-8")}).findings if item.severity is Severity.ERROR]
    twice = next((item for item in found if item.code in _TWICE - before), None)
    if twice is not None:
        raise AlreadyExists(twice.message.rstrip("."), remedy="choose another name, or edit that file")
    errors = [item for item in found if item.file == path]
    if errors:
        raise TemplateInvalid(
            f"line {errors[0].line} of what would be written: {errors[0].message}",
            remedy=errors[0].mend,
            findings=[msgspec.to_builtins(item) for item in errors],
        )
    return _write(files, path, text, confirm)


def _write(files: Files, path: str, text: str, confirm: tuple[str, ...] = ()) -> Written:
    files.write_new(path, text)
    return Written(path=path, text=text, confirm=confirm)
