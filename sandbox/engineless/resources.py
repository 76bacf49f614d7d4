"""How each kind of resource of the stack is found or made through the API.

One function a kind: inputs as the SDK sends them (camelCase) to id and outputs.
"""

from collections.abc import Callable
from typing import Any

from sandbox.engineless.client import Client, Json

Made = tuple[str, Json]


def ssh_key(client: Client, inputs: Json) -> Made:
    there = client.first("/account/keys", "ssh_keys", lambda key: key["name"] == inputs["name"])
    key = there or _made(
        client, "/account/keys", "ssh_key", {"name": inputs["name"], "public_key": inputs["publicKey"]}
    )
    return str(key["id"]), {"fingerprint": key["fingerprint"]}


def tag(client: Client, inputs: Json) -> Made:
    # POST is idempotent, as it is in the cloud.
    client.call("POST", "/tags", {"name": inputs["name"]})
    return inputs["name"], {}


def firewall(client: Client, inputs: Json) -> Made:
    def rule(entry: Json, peers: str, addresses: str) -> Json:
        ports = {"ports": entry["portRange"]} if entry.get("portRange") else {}
        return {"protocol": entry["protocol"], peers: {"addresses": entry[addresses]}, **ports}

    body = {
        "name": inputs["name"],
        "tags": inputs["tags"],
        "inbound_rules": [rule(entry, "sources", "sourceAddresses") for entry in inputs["inboundRules"]],
        "outbound_rules": [rule(entry, "destinations", "destinationAddresses") for entry in inputs["outboundRules"]],
    }
    there = client.first("/firewalls", "firewalls", lambda other: other["name"] == inputs["name"])
    made = there or _made(client, "/firewalls", "firewall", body)
    return made["id"], {}


def domain(client: Client, inputs: Json) -> Made:
    there = client.first("/domains", "domains", lambda zone: zone["name"] == inputs["name"])
    if not there:
        client.call("POST", "/domains", {"name": inputs["name"]})
    return inputs["name"], {"domainUrn": f"do:domain:{inputs['name']}"}


def dns_record(client: Client, inputs: Json) -> Made:
    path = f"/domains/{inputs['domain']}/records"
    body = {"type": inputs["type"], "name": inputs["name"], "data": inputs["value"], "ttl": inputs["ttl"]}
    there = client.first(path, "domain_records", lambda record: body.items() <= record.items())
    made = there or _made(client, path, "domain_record", body)
    return str(made["id"]), {}


def project(client: Client, inputs: Json) -> Made:
    there = client.first("/projects", "projects", lambda other: other["name"] == inputs["name"])
    body: Json = {key: inputs[key] for key in ("name", "purpose", "description") if key in inputs}
    made = there or _made(client, "/projects", "project", body)
    return made["id"], {}


def project_resources(client: Client, inputs: Json) -> Made:
    client.call("POST", f"/projects/{inputs['project']}/resources", {"resources": inputs["resources"]})
    return inputs["project"], {}


def droplet(client: Client, inputs: Json) -> Made:
    own_tag = inputs["tags"][0]
    there = client.first(f"/droplets?tag_name={own_tag}", "droplets", lambda other: other["name"] == inputs["name"])
    body = {
        "name": inputs["name"],
        "region": inputs["region"],
        "size": inputs["size"],
        "image": inputs["image"],
        "ssh_keys": [int(key) for key in inputs["sshKeys"]],
        "tags": inputs["tags"],
        "user_data": inputs["userData"],
        "backups": inputs["backups"],
        "monitoring": inputs["monitoring"],
        "ipv6": inputs["ipv6"],
    }
    made = there or _made(client, "/droplets", "droplet", body)
    active = client.active_droplet(made["id"])
    networks = active["networks"]
    return str(made["id"]), {
        "ipv4Address": next(network["ip_address"] for network in networks["v4"] if network["type"] == "public"),
        "ipv6Address": networks["v6"][0]["ip_address"] if networks["v6"] else "",
        "dropletUrn": f"do:droplet:{made['id']}",
        "disk": active["disk"],
        "memory": active["memory"],
        "priceMonthly": active["size"]["price_monthly"],
    }


def _made(client: Client, path: str, root: str, body: Json) -> Json:
    made: Json = client.call("POST", path, body)[root]
    return made


MAKERS: dict[str, Callable[[Client, Json], Made]] = {
    "digitalocean:index/sshKey:SshKey": ssh_key,
    "digitalocean:index/tag:Tag": tag,
    "digitalocean:index/firewall:Firewall": firewall,
    "digitalocean:index/domain:Domain": domain,
    "digitalocean:index/dnsRecord:DnsRecord": dns_record,
    "digitalocean:index/project:Project": project,
    "digitalocean:index/projectResources:ProjectResources": project_resources,
    "digitalocean:index/droplet:Droplet": droplet,
}

NOT_COMPARED = frozenset({"userData", "sshKeys"})
"""What the program tells the engine to ignore too."""


def sizes(client: Client, _: Json) -> Json:
    return {"sizes": [_camel(size) for size in client.list("/sizes", "sizes")]}


def regions(client: Client, _: Json) -> Json:
    return {"regions": [_camel(region) for region in client.list("/regions", "regions")]}


def ssh_keys(client: Client, _: Json) -> Json:
    return {"sshKeys": [_camel(key) for key in client.list("/account/keys", "ssh_keys")]}


def domains(client: Client, _: Json) -> Json:
    return {
        "domains": [
            {"name": zone["name"], "ttl": zone["ttl"], "urn": ""} for zone in client.list("/domains", "domains")
        ]
    }


def droplets(client: Client, _: Json) -> Json:
    # Only what the program reads of them; the image as the provider gives it.
    found = [
        {key: droplet[key] for key in ("id", "name", "disk", "tags")}
        | {"image": droplet["image"]["slug"], "ipv4Address": droplet["networks"]["v4"][0]["ip_address"]}
        for droplet in client.list("/droplets", "droplets")
    ]
    return {"droplets": found}


def images(client: Client, _: Json) -> Json:
    return {"images": [_camel(image) for image in client.list("/images", "images")]}


def account(client: Client, _: Json) -> Json:
    return _camel(client.call("GET", "/account")["account"])


READERS: dict[str, Callable[[Client, Json], Json]] = {
    "digitalocean:index/getAccount:getAccount": account,
    "digitalocean:index/getSizes:getSizes": sizes,
    "digitalocean:index/getRegions:getRegions": regions,
    "digitalocean:index/getSshKeys:getSshKeys": ssh_keys,
    "digitalocean:index/getImages:getImages": images,
    "digitalocean:index/getDomains:getDomains": domains,
    "digitalocean:index/getDroplets:getDroplets": droplets,
}


def _camel(entry: dict[str, Any]) -> Json:
    def name(key: str) -> str:
        first, *rest = key.split("_")
        return first + "".join(part.capitalize() for part in rest)

    return {name(key): value for key, value in entry.items()}
