"""A catalogue whose store is a PostgreSQL database: the official client, a restart, and a second process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from differential.postgres import Postgres
from freehold.errors import SettingInvalid, StoreFailed
from freehold.wiring.datamap import open_store
from freehold.wiring.settings import Settings

MESH = """mesh:
  name: contoso
  regions: []
  nodes:
    - {name: contoso-we, region: westeurope, url: "http://127.0.0.1:8080"}
"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres]:
    made = Postgres()
    made.service(tmp_path / "services", "catalogue")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    yield made
    made.stop()


@pytest.mark.slow
def test_a_catalogue_in_postgresql_is_served_restarted_and_held_by_one_process(
    server: Postgres, tmp_path: Path, lay_mesh: Any, make_mesh: Any, start_catalogue: Any
) -> None:
    folder = tmp_path / "mesh"
    lay_mesh(folder, make_mesh())
    (folder / "mesh.yaml").write_text(MESH)
    name = "mssql://s/db/dbo/orders"
    table = {"typeName": "azure_sql_table", "guid": "-1", "attributes": {"qualifiedName": name, "name": "orders"}}
    with start_catalogue(folder, "--admin", "steward", "--store", "postgresql:catalogue") as site:
        client = site.datamap()
        guid = client.entity.batch_create_or_update({"entities": [table]}).guid_assignments["-1"]
        with pytest.raises(StoreFailed, match="another catalogue is using the database"):
            open_store(Settings(folder=folder), "postgresql:catalogue")  # this process is another
        server.crash()
        with site.http() as http:
            answer = http.get(f"/datamap/api/atlas/v2/entity/guid/{guid}")
            assert answer.status_code == 503
            assert str(server.socket) not in answer.text
        server.start()
        assert client.entity.get_by_ids(guid=[guid]).entities[0].attributes["name"] == "orders"
    assert not (folder / ".freehold" / "purview" / "datamap.sqlite").exists()
    with start_catalogue(folder, "--store", "postgresql:catalogue") as site:
        client = site.datamap()
        (found,) = client.discovery.query({"keywords": "orders"}).value
        assert (found["id"], found["qualifiedName"]) == (guid, name)


@pytest.mark.parametrize("store", ["catalogue", "mysql:catalogue", "postgresql:", "postgresql:host=x password=hush"])
def test_a_store_that_is_none_is_refused_without_repeating_it(store: str, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid) as caught:
        open_store(Settings(folder=tmp_path), store)
    assert "hush" not in str(caught.value)
