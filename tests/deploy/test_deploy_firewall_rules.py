"""Rules of ufw as values: from the settings, from ufw's files, into ufw's words."""

import pytest

from deploy.firewall.rules import Rule, missing_and_surplus, shut_out, wanted_rules, with_block
from tests.deploy.targets import a_target

# As ufw 0.36.2 wrote them.
LINES = {
    "### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in comment=73": (
        "allow in proto tcp from 0.0.0.0/0 to 0.0.0.0/0 port 22 comment s"
    ),
    "### tuple ### allow udp 67 0.0.0.0/0 68 0.0.0.0/0 out": (
        "allow out proto udp from 0.0.0.0/0 port 68 to 0.0.0.0/0 port 67"
    ),
    "### tuple ### limit any any ::/0 any 2001:db8::/48 in": "limit in from 2001:db8::/48 to ::/0",
    "### tuple ### deny tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 in_eth0": (
        "deny in on eth0 proto tcp from 0.0.0.0/0 to 0.0.0.0/0 port 80,443"
    ),
    "### tuple ### allow_log tcp 80 0.0.0.0/0 any 0.0.0.0/0 in": (
        "allow in log proto tcp from 0.0.0.0/0 to 0.0.0.0/0 port 80"
    ),
    "### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 OpenSSH - in": (
        "allow in from 0.0.0.0/0 to 0.0.0.0/0 app OpenSSH"
    ),
    "### tuple ### route:allow any any 10.0.0.0/8 any 0.0.0.0/0 in_eth0!out_eth1": (
        "route allow in on eth0 out on eth1 from 0.0.0.0/0 to 10.0.0.0/8"
    ),
}


@pytest.mark.parametrize(("line", "words"), LINES.items(), ids=LINES.values())
def test_a_stored_rule_is_told_as_ufw_is_told(line: str, words: str) -> None:
    rule = Rule.from_line(line)
    assert rule is not None
    assert " ".join(rule.words()) == words


@pytest.mark.parametrize("line", ["", "-A ufw-user-input -p tcp --dport 22 -j ACCEPT", "### RULES ###"])
def test_other_lines_hold_no_rule(line: str) -> None:
    assert Rule.from_line(line) is None


def test_deleting_leaves_the_comment_out() -> None:
    rule = Rule("allow", "in", "tcp", port="22", comment="x")
    assert rule.words(delete=True) == "delete allow in proto tcp from 0.0.0.0/0 to 0.0.0.0/0 port 22".split()
    route = Rule("route:allow", "in", "any", interface="in_a!out_b")
    assert route.words(delete=True)[:3] == ["route", "delete", "allow"]


def let_in(rules: list[Rule]) -> set[tuple[str, str]]:
    return {(rule.port, rule.source) for rule in rules if rule.direction == "in"}


def let_out(rules: list[Rule]) -> set[tuple[str, str, str]]:
    return {(rule.port, rule.protocol, rule.destination) for rule in rules if rule.direction == "out"}


def test_in_come_ssh_and_the_public_port() -> None:
    assert let_in(wanted_rules(a_target(public_port=9000))) == {
        ("22", "0.0.0.0/0"),
        ("22", "::/0"),
        ("9000", "0.0.0.0/0"),
        ("9000", "::/0"),
    }


def test_behind_a_cloud_firewall_an_allow_list_does_not_narrow_ssh() -> None:
    rules = let_in(wanted_rules(a_target(allowed_addresses=["198.51.100.0/24", "2001:db8::/48"])))
    assert rules == {("22", "0.0.0.0/0"), ("22", "::/0"), ("8888", "198.51.100.0/24"), ("8888", "2001:db8::/48")}


def test_without_one_it_does() -> None:
    rules = let_in(wanted_rules(a_target(cloud=False, allowed_addresses=["198.51.100.0/24"])))
    assert rules == {("22", "198.51.100.0/24"), ("8888", "198.51.100.0/24")}


def test_a_single_address_is_written_as_ufw_keeps_it() -> None:
    rules = let_in(wanted_rules(a_target(allowed_addresses=["198.51.100.7/32", "2001:db8::7/128"])))
    assert {source for port, source in rules if port == "8888"} == {"198.51.100.7", "2001:db8::7"}


def test_both_ends_of_a_rule_are_of_one_family() -> None:
    for rule in wanted_rules(a_target(allowed_addresses=["198.51.100.0/24", "2001:db8::/48"])):
        assert (":" in rule.source) == (":" in rule.destination), rule


def test_out_go_names_the_web_time_git_and_what_the_owner_adds() -> None:
    out = let_out(wanted_rules(a_target(outgoing=["5432/tcp", "443/tcp", "6000:6010/udp"])))
    wanted = {("53", "udp"), ("53", "tcp"), ("80", "tcp"), ("443", "tcp"), ("123", "udp"), ("22", "tcp")}
    wanted |= {("5432", "tcp"), ("6000:6010", "udp")}
    both = {(port, protocol, network) for port, protocol in wanted for network in ("0.0.0.0/0", "::/0")}
    assert out == both | {("67", "udp", "0.0.0.0/0"), ("547", "udp", "::/0")}


def test_every_rule_of_ours_bears_our_mark() -> None:
    assert all(rule.ours for rule in wanted_rules(a_target()))


def test_a_rule_survives_being_stored() -> None:
    for rule in wanted_rules(a_target(allowed_addresses=["2001:db8::/48"])):
        line = (
            f"### tuple ### {rule.action} {rule.protocol} {rule.port} {rule.destination} {rule.source_port} "
            f"{rule.source} {rule.direction} comment={rule.comment.encode().hex()}"
        )
        assert Rule.from_line(line) == rule


def test_elsewhere_only_stale_rules_of_ours_are_surplus() -> None:
    stale = Rule("allow", "in", "tcp", port="8888", comment="jupyter-anywhere: jupyter")
    foreign = Rule("allow", "in", "tcp", port="80")
    assert missing_and_surplus([stale, foreign], [], exclusive=False) == ([], [stale])
    assert missing_and_surplus([stale, foreign], [], exclusive=True) == ([], [stale, foreign])


@pytest.mark.parametrize(
    ("client", "networks", "out"),
    [
        ("198.51.100.7", [], False),
        ("", ["203.0.113.0/24"], False),
        ("198.51.100.7", ["198.51.100.0/24"], False),
        ("::ffff:198.51.100.7", ["198.51.100.0/24"], False),
        ("2001:db8::7", ["198.51.100.0/24", "2001:db8::/48"], False),
        ("198.51.100.7", ["203.0.113.0/24"], True),
        ("2001:db8::7", ["198.51.100.0/24"], True),
    ],
)
def test_who_an_allow_list_shuts_out(client: str, networks: list[str], out: bool) -> None:
    assert shut_out(client, networks) is out


BEFORE = "*filter\n:ufw-before-output - [0:0]\n# End required lines\n\n-A ufw-before-output -o lo -j ACCEPT\nCOMMIT\n"


def test_the_block_stands_before_all_other_rules() -> None:
    lines = with_block(BEFORE, "-A x\n").splitlines()
    assert lines[2:7] == ["# End required lines", "# BEGIN jupyter-anywhere", "-A x", "# END jupyter-anywhere", ""]


def test_the_block_is_put_in_once_and_replaced() -> None:
    once = with_block(BEFORE, "-A x\n")
    assert with_block(once, "-A x\n") == once
    assert with_block(once, "-A y\n") == with_block(BEFORE, "-A y\n")


def test_a_file_of_another_make_is_refused() -> None:
    with pytest.raises(ValueError, match="End required lines"):
        with_block("*filter\nCOMMIT\n", "-A x\n")
