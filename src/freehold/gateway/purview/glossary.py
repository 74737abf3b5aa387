"""The glossary: routes below `/atlas/v2`."""

from __future__ import annotations

from freehold.gateway.purview.routing import Call, Handler, Route
from freehold.services.datamap.glossary import CATEGORY, GLOSSARY
from freehold.services.datamap.glossary import Glossary as Service
from freehold.services.datamap.ground import TERM

_TERM, _TERMS, _CATEGORY = "/glossary/term/{guid}", "/glossary/terms/{guid}", "/glossary/category/{guid}"


def routes(service: Service) -> list[Route]:
    """Return the routes of the glossary."""
    return [*_glossaries(service), *_things(service), *_assignments(service)]


def _glossaries(service: Service) -> list[Route]:
    one = "/glossary/{guid}"
    lists = (("terms", TERM), ("categories", CATEGORY))
    return [
        Route("GET", "/glossary", lambda call: service.all(call.someone, call.page)),
        Route("POST", "/glossary", lambda call: service.create(call.someone, GLOSSARY, call.body)),
        Route("GET", one, lambda call: service.find(call.someone, GLOSSARY, call.names["guid"])),
        Route("PUT", one, lambda call: service.update(call.someone, GLOSSARY, call.names["guid"], call.body)),
        Route("PUT", f"{one}/partial", _partial(service, GLOSSARY)),
        Route("DELETE", one, lambda call: service.delete(call.someone, GLOSSARY, call.names["guid"]), 204),
        Route("GET", f"{one}/detailed", lambda call: service.detailed(call.someone, call.names["guid"])),
        *(Route("GET", f"{one}/{word}", _listed(service, kind)) for word, kind in lists),
        *(Route("GET", f"{one}/{word}/headers", _headers(service, kind)) for word, kind in lists),
    ]


def _things(service: Service) -> list[Route]:
    made: list[Route] = []
    for one, kind in ((_TERM, TERM), (_CATEGORY, CATEGORY)):
        base = one.removesuffix("/{guid}")
        several = "/glossary/terms" if kind == TERM else "/glossary/categories"
        made += [
            Route("POST", base, _create(service, kind)),
            Route("POST", several, _create_all(service, kind)),
            Route("GET", one, _find(service, kind)),
            Route("PUT", one, _update(service, kind)),
            Route("PUT", f"{one}/partial", _partial(service, kind)),
            Route("DELETE", one, _delete(service, kind), 204),
        ]
    return [
        *made,
        Route("GET", f"{_TERMS}/related", lambda call: service.related(call.someone, TERM, call.names["guid"])),
        Route("GET", f"{_CATEGORY}/related", lambda call: service.related(call.someone, CATEGORY, call.names["guid"])),
        Route("GET", f"{_CATEGORY}/terms", lambda call: service.terms_of(call.someone, call.names["guid"], call.page)),
    ]


def _assignments(service: Service) -> list[Route]:
    place = f"{_TERMS}/assignedEntities"

    def unassign(call: Call) -> None:
        service.unassign(call.someone, call.names["guid"], call.body)

    return [
        Route("GET", place, lambda call: service.assigned(call.someone, call.names["guid"], call.page)),
        Route("POST", place, lambda call: service.assign(call.someone, call.names["guid"], call.body), 204),
        Route("PUT", place, unassign, 204),
        Route("DELETE", place, unassign, 204),
    ]


def _listed(service: Service, kind: str) -> Handler:
    return lambda call: service.listed(call.someone, kind, call.names["guid"], call.page)


def _headers(service: Service, kind: str) -> Handler:
    return lambda call: service.headers(call.someone, kind, call.names["guid"], call.page)


def _create(service: Service, kind: str) -> Handler:
    return lambda call: service.create(call.someone, kind, call.body)


def _create_all(service: Service, kind: str) -> Handler:
    return lambda call: service.create_all(call.someone, kind, call.body)


def _find(service: Service, kind: str) -> Handler:
    return lambda call: service.find(call.someone, kind, call.names["guid"])


def _update(service: Service, kind: str) -> Handler:
    return lambda call: service.update(call.someone, kind, call.names["guid"], call.body)


def _partial(service: Service, kind: str) -> Handler:
    return lambda call: service.update(call.someone, kind, call.names["guid"], call.body, partial="partial")


def _delete(service: Service, kind: str) -> Handler:
    return lambda call: service.delete(call.someone, kind, call.names["guid"])
