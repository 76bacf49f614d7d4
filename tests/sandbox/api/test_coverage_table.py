"""The table in sandbox/README.md is the routes of the code, no more and no fewer."""

import re

from sandbox.config import PROJECT_ROOT
from tests.sandbox.api.api_account import Account

ROW = re.compile(r"^\| (GET|POST|PUT|PATCH|DELETE)(?:, (PATCH))? \| `(/[^`]+)` \|", re.MULTILINE)


def test_readme_lists_every_route(account: Account) -> None:
    text = (PROJECT_ROOT / "sandbox" / "README.md").read_text()
    documented = [(method, path) for *methods, path in ROW.findall(text) for method in methods if method]
    routed = [
        (method, re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule))
        for rule in account.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert sorted(documented) == sorted(routed)
