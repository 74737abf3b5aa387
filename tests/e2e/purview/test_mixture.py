"""Each client reads what every other one wrote, in turn and side by side, before and after a restart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ADMIN = "steward"
WRITERS = ("datamap", "catalog", "pyapacheatlas", "purview", "apache")


def sent(name: str) -> dict[str, Any]:
    return {"typeName": "azure_sql_table", "guid": "-1", "attributes": {"qualifiedName": f"mix://{name}", "name": name}}


def write(site: Any, writer: str, name: str) -> str:
    if writer == "datamap":
        return site.datamap().entity.create_or_update({"entity": sent(name)}).guid_assignments["-1"]
    if writer == "catalog":
        return site.catalog().entity.create_or_update({"entity": sent(name)})["guidAssignments"]["-1"]
    if writer == "apache":
        from apache_atlas.model.instance import AtlasEntityWithExtInfo

        return site.apache().entity.create_entity(AtlasEntityWithExtInfo({"entity": sent(name)})).guidAssignments["-1"]
    client = site.pyatlas() if writer == "pyapacheatlas" else site.pypurview()
    return client.upload_entities([sent(name)])["guidAssignments"]["-1"]


def read(site: Any, reader: str, guid: str) -> str:
    if reader == "datamap":
        return site.datamap().entity.get(guid).entity.attributes["name"]
    if reader == "catalog":
        return site.catalog().entity.get_by_guid(guid)["entity"]["attributes"]["name"]
    if reader == "apache":
        return site.apache().entity.get_entity_by_guid(guid).entity.attributes["name"]
    client = site.pyatlas() if reader == "pyapacheatlas" else site.pypurview()
    return client.get_single_entity(guid)["entity"]["attributes"]["name"]


def test_each_client_reads_what_each_other_wrote_before_and_after_a_restart(
    start_catalogue: Any, tmp_path: Path, lay_mesh: Any, make_mesh: Any
) -> None:
    lay_mesh(tmp_path / "mesh", make_mesh())
    (tmp_path / "mesh" / "mesh.yaml").write_text(
        "mesh:\n  name: contoso\n  nodes:\n    - {name: contoso-we, region: westeurope, url: 'http://x'}\n"
    )
    guids: dict[str, str] = {}
    with start_catalogue(tmp_path / "mesh", "--admin", ADMIN) as site:
        for writer in WRITERS:
            guids[writer] = write(site, writer, writer)
        with ThreadPoolExecutor(len(WRITERS)) as threads:
            asked = [threads.submit(write, site, writer, f"{writer} at once") for writer in WRITERS]
            made = [item.result() for item in asked]
            shared = [threads.submit(write, site, writer, "one of all") for writer in WRITERS]
            assert len({item.result() for item in shared}) == 1, "who has a type and a name is one entity, whoever writes it first"
        guids |= {f"{writer} at once": guid for writer, guid in zip(WRITERS, made, strict=True)}
        same = {write(site, writer, "one of all") for writer in WRITERS}
        assert same == {shared[0].result()}
        assert {read(site, reader, guid) for reader in WRITERS for guid in guids.values()} == set(guids)
    with start_catalogue(tmp_path / "mesh") as site:
        for name, guid in guids.items():
            assert [read(site, reader, guid) for reader in WRITERS] == [name] * len(WRITERS)
        assert write(site, "apache", "datamap") == guids["datamap"]
