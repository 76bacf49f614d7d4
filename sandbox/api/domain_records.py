"""A domain's records, with DigitalOcean's rules for what each type holds."""

from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any

from flask import Blueprint, request

from sandbox.api.cloud import cloud
from sandbox.api.errors import not_found, refused
from sandbox.api.paging import listing
from sandbox.api.records import Domain, DomainRecord, State
from sandbox.api.wire import answers, bodies

routes = Blueprint("domain_records", __name__, url_prefix="/v2/domains/<domain_name>/records")

TYPES = ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT")
# Beside name, data and ttl; in records of other types these are null.
FIELDS = {"MX": ("priority",), "SRV": ("priority", "port", "weight"), "CAA": ("flags", "tag")}


def new_record(state: State, domain: Domain, body: bodies.RecordBody) -> DomainRecord:
    """Add it to the domain. Raises 422 where it could not be served."""
    record = DomainRecord(id=state.new_id(), type=body.type, name="@", data="", ttl=domain.ttl)
    _fill(domain, record, body)
    return record


def _fill(domain: Domain, record: DomainRecord, body: bodies.RecordBody) -> None:
    if record.type not in TYPES:
        raise refused(f"Type is not one of {', '.join(TYPES)}")
    if body.name is not None:
        record.name = _relative(body.name, domain)
    for field in FIELDS.get(record.type, ()):
        given = getattr(body, field)
        setattr(record, field, getattr(record, field) if given is None else given)
    if record.type == "CAA" and record.tag not in ("issue", "issuewild", "iodef"):
        raise refused("Tag is not one of issue, issuewild, iodef")
    # The real API refuses a change that does not repeat the data of a host record.
    record.data = _data(record, body.data if body.data is not None else record.data)
    _require_alone_if_cname(domain, record)
    record.ttl = body.ttl or record.ttl
    domain.records[record.id] = record
    for other in domain.records.values():
        # Records of one name share their lifetime (RFC 2181, 5.2): the last one given counts.
        if other.name == record.name and other.type != "SOA":
            other.ttl = record.ttl


def _relative(name: str, domain: Domain) -> str:
    name = name.rstrip(".").lower()
    return "@" if name in ("", "@", domain.name) else name.removesuffix(f".{domain.name}")


def _data(record: DomainRecord, data: str) -> str:
    """As it is stored and answered: hosts without the trailing dot that they must come with."""
    try:
        if record.type == "A":
            return str(IPv4Address(data))
        if record.type == "AAAA":
            return str(IPv6Address(data))
    except AddressValueError:
        example = "IPv4 format (e.g. 127.0.0.1)" if record.type == "A" else "IPv6 format (e.g. 2001:db8::1)"
        raise refused(f"IP address did not match {example}.") from None
    if not data:
        raise refused("Data can't be blank")
    is_host = record.type in ("CNAME", "MX", "NS", "SRV") or (record.type == "CAA" and record.tag != "iodef")
    if not is_host or data == "@":
        return data
    if not data.endswith("."):
        raise refused("Data needs to end with a dot (.)")
    return data.removesuffix(".").lower()


def _require_alone_if_cname(domain: Domain, record: DomainRecord) -> None:
    namesakes = [other for other in domain.records.values() if other.name == record.name and other.id != record.id]
    if any("CNAME" in (record.type, other.type) for other in namesakes):
        raise refused("CNAME records cannot share a name with other records")


def find_domain(state: State, name: str) -> Domain:
    """Raises 404."""
    if name.lower() not in state.domains:
        raise not_found()
    return state.domains[name.lower()]


def _existing(domain: Domain, record_id: int) -> DomainRecord:
    if record_id not in domain.records:
        raise not_found()
    return domain.records[record_id]


@routes.get("")
def list_records(domain_name: str) -> dict[str, Any]:
    domain = find_domain(cloud.state, domain_name)
    type_, name = request.args.get("type"), request.args.get("name")
    matching = [
        record
        for record in domain.records.values()
        if (type_ is None or record.type == type_) and (name is None or record.name == _relative(name, domain))
    ]
    return listing("domain_records", matching, answers.domain_record)


@routes.post("")
def create_record(domain_name: str) -> tuple[dict[str, Any], int]:
    body = bodies.read(bodies.RecordBody)
    with cloud.change() as state:
        record = new_record(state, find_domain(state, domain_name), body)
    return {"domain_record": answers.domain_record(record)}, 201


@routes.get("/<int:record_id>")
def read_record(domain_name: str, record_id: int) -> dict[str, Any]:
    return {"domain_record": answers.domain_record(_existing(find_domain(cloud.state, domain_name), record_id))}


@routes.route("/<int:record_id>", methods=["PUT", "PATCH"])
def update_record(domain_name: str, record_id: int) -> dict[str, Any]:
    body = bodies.read(bodies.RecordBody)
    with cloud.change() as state:
        domain = find_domain(state, domain_name)
        record = _existing(domain, record_id)
        _fill(domain, record, body)
    return {"domain_record": answers.domain_record(record)}


@routes.delete("/<int:record_id>")
def delete_record(domain_name: str, record_id: int) -> tuple[str, int]:
    with cloud.change() as state:
        domain = find_domain(state, domain_name)
        del domain.records[_existing(domain, record_id).id]
    return "", 204
