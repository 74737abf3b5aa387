"""What other systems are told, as they expect it: CloudEvents 1.0 of incidents, OpenLineage run events of measurements.

Nothing of the data is in them: names of products, columns and rules, and the figures that a promise is held against.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from freehold.digest import digest
from freehold.model.mesh import Mesh
from freehold.model.product import Product
from freehold.model.service_level import Incident, Reading
from freehold.ports.history import Notice

CLOUD_EVENT = "application/cloudevents+json"
LINEAGE = "application/json"
BROKEN, KEPT = "freehold.promise.broken", "freehold.promise.kept"
_PRODUCER = "urn:freehold:node"
_RUN = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_METRICS = "https://openlineage.io/spec/facets/1-0-3/DataQualityMetricsInputDatasetFacet.json"
_ASSERTIONS = "https://openlineage.io/spec/facets/1-1-0/DataQualityAssertionsDatasetFacet.json"

Encode = Callable[[Any], bytes]


def of_incident(mesh: Mesh, product: Product, incident: Incident, *, node: str, now: float, encode: Encode) -> list[Notice]:
    """Return what is to be told of an incident that began or ended, to each system that wants alerts.

    The id of an event follows from the incident, so that nobody takes one that is sent twice for two.
    """
    began = incident.until is None
    name = digest([product.key, incident.aspect.value, incident.since, began])[:32]
    event = {
        "specversion": "1.0",
        "id": name,
        "source": f"/nodes/{node}",
        "type": BROKEN if began else KEPT,
        "subject": product.key,
        "time": moment(incident.since if began else incident.until or now),
        "datacontenttype": "application/json",
        "data": {
            "product": product.key,
            "owner": product.owner,
            "promise": incident.aspect.value,
            "promised": incident.promised,
            "measured": incident.value,
            "detail": incident.detail,
            "since": moment(incident.since),
            "until": None if began else moment(incident.until or now),
        },
    }
    return [
        Notice(id=f"{name}-{digest(target.url)[:12]}", kind=CLOUD_EVENT, target=target.url, body=encode(event), made=now, due=now)
        for target in mesh.monitoring.alerts
    ]


def of_reading(mesh: Mesh, product: Product, reading: Reading, *, run: str, now: float, encode: Encode) -> list[Notice]:
    """Return what is to be told of a measurement, to each OpenLineage server; `run` is the run's UUID."""
    assertions = [{"assertion": name, "success": False} for name in reading.failed]
    facets: dict[str, Any] = {
        "dataQualityMetrics": _facet(_METRICS) | _known(rowCount=reading.rows) | {"columnMetrics": {}},
        "dataQualityAssertions": _facet(_ASSERTIONS) | {"assertions": [*_floors(product, reading), *assertions]},
    }
    event = {
        "eventType": "COMPLETE",
        "eventTime": moment(reading.at),
        "producer": _PRODUCER,
        "schemaURL": _RUN,
        "run": {"runId": run},
        "job": {"namespace": f"freehold://{mesh.name}", "name": f"quality.{product.key}"},
        "inputs": [{"namespace": f"freehold://{mesh.name}", "name": product.key, "inputFacets": facets}],
        "outputs": [],
    }
    return [
        Notice(id=f"{run}-{digest(target.url)[:12]}", kind=LINEAGE, target=target.url, body=encode(event), made=now, due=now)
        for target in mesh.monitoring.lineage
    ]


def moment(at: float) -> str:
    """Return a time in seconds since the epoch as RFC 3339 text in UTC."""
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _floors(product: Product, reading: Reading) -> list[dict[str, Any]]:
    floors = {
        "completeness": product.quality.completeness,
        "accuracy": product.quality.accuracy,
        "timeliness": product.quality.timeliness,
    }
    return [
        {"assertion": f"{name} >= {floor:g} %", "success": value >= floor}
        for name, floor in floors.items()
        if floor is not None and (value := getattr(reading, name)) is not None
    ]


def _facet(schema: str) -> dict[str, Any]:
    return {"_producer": _PRODUCER, "_schemaURL": f"{schema}#/$defs/{schema.rpartition('/')[2].removesuffix('.json')}"}


def _known(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
