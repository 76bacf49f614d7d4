"""Two clones that use the same name, or different builds of the image, on one machine."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import host
from sandbox.config import SandboxConfig, SandboxError
from sandbox.machines import image
from tests.sandbox.droplet_bench import IMAGE, Bench

pytestmark = pytest.mark.sandbox


def of_another_home(bench: Bench, home: Path) -> SandboxConfig:
    return replace(bench.config, home=home)


@pytest.mark.parametrize("act", [host.start, host.stop, host.remove])
def test_droplets_of_another_home_are_left_alone_as_long_as_it_is_there(
    act: object, bench: Bench, tmp_path: Path
) -> None:
    bench.boot(1)
    assert callable(act)
    with pytest.raises(SandboxError, match=f"{bench.config.home}\\..*\n.*JUPYTER_SANDBOX_NAME"):
        act(of_another_home(bench, tmp_path))
    assert bench.host.machines.state(1) == "active"
    bench.ask(1, "true")


def test_those_of_a_home_that_is_gone_make_way(bench: Bench, tmp_path: Path) -> None:
    gone = of_another_home(bench, tmp_path / "gone")
    gone.home.mkdir()
    bench.host.close()
    other = Bench(gone, bench.key, host.start(gone))
    try:
        other.boot(1)
        shutil.rmtree(gone.home)
    finally:
        other.host.close()
        bench.host = host.start(bench.config)
    assert bench.host.machines.state(1) == "missing"


def test_droplets_that_the_account_does_not_know_make_way(bench: Bench) -> None:
    for number in (1, 2):
        bench.boot(number)
    bench.host.close()
    bench.host = host.start(bench.config, known=[2])
    assert [bench.host.machines.state(number) for number in (1, 2)] == ["missing", "active"]


def test_another_clones_build_of_the_image_stands_beside_ours(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = image.build_name(image.RELEASES[IMAGE])
    theirs = bench.config.home / f"{IMAGE}-theirs.tar"
    shutil.copy(image.built(image.RELEASES[IMAGE], bench.config.cache), theirs)
    with theirs.open("ab") as tar:
        tar.write(bytes(512))  # the same content, another image
    machines, client = bench.host.machines, bench.host.machines._client
    with monkeypatch.context() as patched:
        patched.setattr(image, "build_name", lambda _: theirs.stem)
        patched.setattr(image, "built", lambda *_: theirs)
        machines.provide(IMAGE)
    try:
        assert client.images.exists(theirs.stem, alias=True) and client.images.exists(ours, alias=True)
        monkeypatch.setattr(image, "built", lambda *_: pytest.fail("it is there already"))
        bench.boot(1)
        assert client.images.exists(theirs.stem, alias=True)
    finally:
        client.images.get_by_alias(theirs.stem).delete(wait=True)


@pytest.mark.parametrize(
    ("times", "old"),
    [
        (("2020-01-01T00:00:00Z",), True),
        (("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"), False),
        (("1970-01-01T00:00:00Z", "2020-01-01T00:00:00Z"), True),
    ],
)
def test_a_build_is_old_when_nobody_has_used_it_for_days(times: tuple[str, ...], old: bool) -> None:
    assert image.is_old(*times) == old
