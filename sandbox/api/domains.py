"""Domains: made with the records DigitalOcean gives each, and answered by a real DNS server."""

from typing import Any

from flask import Blueprint

from sandbox.api.cloud import cloud
from sandbox.api.domain_records import find_domain, new_record
from sandbox.api.errors import refused
from sandbox.api.paging import listing
from sandbox.api.records import Domain
from sandbox.api.wire import answers, bodies

routes = Blueprint("domains", __name__, url_prefix="/v2/domains")

NAME_SERVERS = ("ns1.digitalocean.com", "ns2.digitalocean.com", "ns3.digitalocean.com")


@routes.get("")
def list_domains() -> dict[str, Any]:
    return listing("domains", list(cloud.state.domains.values()), answers.domain)


@routes.post("")
def create_domain() -> tuple[dict[str, Any], int]:
    body = bodies.read(bodies.DomainCreate)
    with cloud.change() as state:
        if body.name.lower() in state.domains:
            raise refused("Domain name already exists")
        domain = Domain(name=body.name.lower())
        given = [bodies.RecordBody(type="SOA", data="1800")]
        given += [bodies.RecordBody(type="NS", data=f"{host}.") for host in NAME_SERVERS]
        if body.ip_address:
            given.append(bodies.RecordBody(type="AAAA" if ":" in body.ip_address else "A", data=body.ip_address))
        for record in given:
            new_record(state, domain, record)
        state.domains[domain.name] = domain
    return {"domain": {**answers.domain(domain), "zone_file": None}}, 201


@routes.get("/<name>")
def read_domain(name: str) -> dict[str, Any]:
    return {"domain": answers.domain(find_domain(cloud.state, name))}


@routes.delete("/<name>")
def delete_domain(name: str) -> tuple[str, int]:
    """With all its records."""
    with cloud.change() as state:
        domain = find_domain(state, name)
        del state.domains[domain.name]
        state.assignments.pop(domain.urn, None)
    return "", 204
