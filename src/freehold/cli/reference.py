"""The reference of all commands, as Markdown made from the commands: `python -m freehold.cli.reference > docs/cli.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer

WIDTH = 100
HEAD = """\
# Commands

Every command is a service said in a terminal; `freehold COMMAND --help` shows what stands here.

- **Exit codes**: 0 it went well · 1 it was refused, or something was found · 2 the command was used wrongly.
- **`--json`** prints the same for programs; an error is then a problem document (RFC 9457) on standard output.
- **Errors** have up to three parts: what happened, why, and after `→` what to do now. A refusal by a node names the leaf that records it.
- **Output** is plain where it is not a terminal, and without colour under `NO_COLOR`. Nothing is cut off: a table that a terminal is too
  narrow for wraps between words, or comes as one value a line.
- **Numbers** that Freehold states, such as rows and leaves, have their thousands apart: `18,204`. In an answer a column does where one of its values
  is 10,000 or more; not where its name ends in `id`, `key`, `code`, `no`, `nr`, `number`, `year`, `zip` or `postcode`. So a year is `2013`. JSON, CSV,
  Parquet and Arrow have values as they are.
- **The mesh** is the nearest folder upwards that has a `mesh.yaml`; `--mesh FOLDER` or `FREEHOLD_MESH` names another.
- **The node** that `query`, `explain`, `products`, `contracts`, `approve`, `request` and `requests` speak to is `--url`, else `FREEHOLD_URL`, else the node of
  this mesh that runs on this machine. They use HTTP like everybody else: there is no other way in.
- **Who asks** is `--token`, else `FREEHOLD_TOKEN`. Beside a node started with `freehold up --dev`, `--as SUBJECT@DOMAIN` makes a token
  with the `--role`, `--scope` and `--region` given; no other node believes it.

## What the catalogue shows

A product is listed for every member of a domain of the mesh whose region may have anything of it; to everybody else it looks missing.
Its owners and approvers see every column. Others see the columns that their contracts show, and the names, types and descriptions of
columns that can be asked for: not personal, and not excluded by a contract of theirs. A search looks only at what is listed.

## What becomes of a request

`freehold request` asks the owners of a product for columns; where a contract of yours excludes one, the refusal says the command. It is kept at the
product's home, through whichever node it came. `freehold requests` lists your own, and, for those who own or approve for a product, all that there are for
it. `freehold requests answer ID --accept` writes nothing: it prints the change of the contract that grants what was asked for, as a diff, for its owners to
make; then `freehold plan` says whom it shows what, `freehold apply` puts it in force, and `freehold approve` approves it, as any other change.

## What a plan shows

`freehold plan` asks the same decision of the mesh in force and of the one in the files, for every domain under every contract, every role
of every owning domain, and every jurisdiction that nodes or transfer rules name, as if every contract were approved. It prints who would
see more, who less, and what newly crosses a border; and it lists the contracts that have no effect until somebody approves them, above
all those that have effect now.

- **Columns** have a direction where one form holds the other: the last 4 characters show more than the last 2, a month more than its year,
  buckets of 100 more than buckets of 1000. Of a year and the first 2 characters neither holds the other: that is *other*, as is every
  change that shows more of one thing and less of another.
- **Terms** that change are said with both values: the form, the smallest group, the largest share of a sum, the disclosure, the least
  quality, the row filter, the last day. Whoever is new hears all that are unusual, and what protects groups where there are any.
- **Rows** are counted through the gate, under the decision of that audience at the product's home, before and after: `rows: 1,000 → 1,530`.
  Where a row filter changes, the rows that pass both say whether they are more, less or other: of today's data, that is. Numbers under the
  smallest group are `fewer than 10`, and one that differs by so few from the other is `nearly as many`. Where the data cannot be reached,
  or what is counted not be recorded, it is `rows unknown`.

- **Approvals** are kept at a product's home. Of a product whose home runs from another folder, `plan`, `apply` and `status` believe what
  that home signed and a node of this folder heard last, and say how long ago that was (`approvals heard`). Where nobody here heard of it, or
  where its terms there are others, it is `unknown here`, with the address of the node to ask.

Each count is an entry in a ledger of its own, `.freehold/plan/ledger`.

## What becomes of a question

`freehold explain --change "SQL"` explains one question twice, under what is in force and under the manifests here: both decisions with
their reasons, what each product that the question reads would show the caller more or less (columns, forms, terms), and how many rows the
answer would have. It exits with 1 where the manifests would refuse the question, so that a pipeline can hold a change against the
questions that matter. A contract that waits for approval is judged as if it had it, and the approval that is missing is said.

```
$ freehold explain --change "select segment, region from customer.customer_360" --as sales-app@sales
```

No node is asked, and none need run. `--as` names anybody in any mesh, as nothing but the decision and the number of rows is shown; a token
is believed if the mesh's issuers gave it. Rows are counted by running the question through the gate, quality and rate limits aside; few
rows are `fewer than 10`, as in a plan, and the entries are in the same ledger.

## Environment

| variable | what it sets |
|---|---|
| `FREEHOLD_MESH` | the mesh's folder |
| `FREEHOLD_URL`, `FREEHOLD_TOKEN` | the node and the bearer token of a client |
| `FREEHOLD_REGION` | the region that `freehold up` serves, whose key `freehold node key` prints, and whose data `check`, `plan` and `apply` look at |
| `FREEHOLD_HOST`, `FREEHOLD_PORT` | where `freehold up` listens |
| `FREEHOLD_CERTIFICATE`, `FREEHOLD_KEY` | PEM files with which a node speaks TLS |
| `FREEHOLD_AUTHORITY` | a PEM file of the authority by which a node believes the certificates of others, and a client that of its node; of identity providers, webhooks and Azure beside the system's authorities |
| `FREEHOLD_MAX_ROWS`, `FREEHOLD_MAX_SECONDS`, `FREEHOLD_MAX_MEMORY`, `FREEHOLD_MAX_SQL_LENGTH` | bounds on one query: rows, seconds, bytes, characters |
| `FREEHOLD_STORAGE_KEY_<ACCOUNT>`, `FREEHOLD_STORAGE_ENDPOINT_<ACCOUNT>` | the key of a storage account, and another address of it: see [Azure as a place for data](azure-data.md) |
| `FREEHOLD_COPIES_BYTES` | the most bytes that a node holds on its disk of data in a container (20 GiB) |
| `FREEHOLD_CATALOG_SECONDS` | how often a node asks another one for its catalogue, in seconds (30; 1 to 3600) |
| `FREEHOLD_BODY_LIMIT`, `FREEHOLD_QUERIES` | bytes of a request's body, queries that run at once |
| `FREEHOLD_PURVIEW_ENDPOINT`, `FREEHOLD_PURVIEW_TOKEN` | the account of Purview that `freehold purview plan` and its like speak to, and a token for it |
| `FREEHOLD_MANAGEMENT_TOKEN` | a token for Azure Resource Manager, for `freehold purview create-account` |
| `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, and `AZURE_CLIENT_SECRET`, `AZURE_CLIENT_CERTIFICATE_PATH` or `AZURE_FEDERATED_TOKEN_FILE` | who this process is to Azure, where no token is given ([credentials](identity.md#credentials-for-azure)) |
| `AZURE_CLIENT_CERTIFICATE_PASSWORD` | the password of that certificate's file |
| `AZURE_TOKEN_CREDENTIALS` | which of several is used: `EnvironmentCredential`, `WorkloadIdentityCredential` or `ManagedIdentityCredential` |
| `FREEHOLD_SQL_USER`, `FREEHOLD_SQL_PASSWORD` | without such an application, the login by which a node, or `freehold test azure-sql:…`, enters databases of Azure SQL |
| `FREEHOLD_SQL_SERVER`, `FREEHOLD_SQL_DATABASE` | the database that the tables of `freehold test azure-sql:…` are in |
| `AZURE_AUTHORITY_HOST` | who gives those tokens; by default login.microsoftonline.com |
| `FREEHOLD_DEBUG` | anything: show the traceback of an error that nobody foresaw |

Development mode is a flag alone: no environment turns it on.
"""  # noqa: E501  (tables of Markdown have no line breaks)


def reference() -> str:
    """Return the whole page."""
    from freehold.cli.main import app

    return HEAD + "".join(_of_command(typer.main.get_command(app), ("freehold",)))


def _of_command(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    children: dict[str, Any] = getattr(command, "commands", {})
    for name, child in children.items():
        yield from _of_command(child, (*path, name))
    if not children:
        yield f"\n## {' '.join(path)}\n\n```\n{shown_help(path[1:])}\n```\n"


def shown_help(command: tuple[str, ...]) -> str:
    """Return what `freehold COMMAND --help` prints, 100 columns wide."""
    from typer.testing import CliRunner

    from freehold.cli.main import app

    result = CliRunner().invoke(app, [*command, "--help"], terminal_width=WIDTH, prog_name="freehold")
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


if __name__ == "__main__":
    sys.stdout.write(reference())
