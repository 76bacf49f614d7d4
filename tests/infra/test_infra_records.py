"""The server's names."""

import pytest

from tests.infra.stack_program import ADDRESS, ADDRESS6, Account, Run, run_program
from tests.settings.raw_settings import raw_config

ACCOUNT = Account(zones=["example.org"])


def records(run: Run) -> dict[str, str]:
    return {record.inputs["type"]: record.inputs["value"] for record in run.all("DnsRecord")}


@pytest.mark.parametrize("dns", ["record", "zone"])
def test_both_addresses_are_in_the_zone(dns: str) -> None:
    run = run_program(raw_config(domain="example.org", dns=dns, record="notes", dns_ttl="60"), ACCOUNT)
    assert records(run) == {"A": ADDRESS, "AAAA": ADDRESS6}
    for record in run.all("DnsRecord"):
        assert (record.inputs["domain"], record.inputs["name"], record.inputs["ttl"]) == ("example.org", "notes", 60)


def test_without_ipv6_there_is_one_record() -> None:
    assert records(run_program(raw_config(domain="example.org", ipv6="false"), ACCOUNT)) == {"A": ADDRESS}


def test_records_wait_for_a_zone_of_ours() -> None:
    run = run_program(raw_config(domain="example.org", dns="zone"))
    assert all("zone" in record.depends_on for record in run.all("DnsRecord"))


def test_a_zone_elsewhere_gets_no_records_but_lines_to_enter() -> None:
    run = run_program(raw_config(domain="example.org", dns="external"))
    assert run.all("DnsRecord") == []
    assert run.outputs["records_to_enter"] == [
        f"jupyter.example.org. 300 IN A {ADDRESS}",
        f"jupyter.example.org. 300 IN AAAA {ADDRESS6}",
    ]


def test_a_zone_elsewhere_without_ipv6_gets_one_line() -> None:
    run = run_program(raw_config(domain="example.org", dns="external", ipv6="false", record="@"))
    assert run.outputs["records_to_enter"] == [f"example.org. 300 IN A {ADDRESS}"]


def test_without_a_domain_there_is_nothing_to_name() -> None:
    run = run_program(raw_config())
    assert run.all("DnsRecord") == run.all("Domain") == []
    assert "records_to_enter" not in run.outputs
