"""What an owner, or a notebook, writes anywhere it can: it opens no door, and root runs none of it."""

import subprocess

import pytest

from contract import paths
from tests.e2e.visitor import Visitor
from tests.e2e.world import Server, World

pytestmark = pytest.mark.sandbox

MARK = "/var/tmp/trojan-ran-as-root"

# A Python file, a shell file and a shell's start-up file that tell when root runs them.
PYTHON = f"""
import os
if os.geteuid() == 0:
    open("{MARK}", "a").write(__file__ + "\\n")
"""
SHELL = f'[ "$(/usr/bin/id -u)" != 0 ] || echo "$0" >> {MARK}'

OPEN_PYTHON = """
c = get_config()
c.ServerApp.password = c.PasswordIdentityProvider.hashed_password = ""
c.ServerApp.token = c.IdentityProvider.token = ""
c.PasswordIdentityProvider.password_required = False
c.ServerApp.allow_unauthenticated_access = True
c.ServerApp.port = 8889
"""
OPEN_JSON = """{"ServerApp": {"password": "", "token": "", "allow_unauthenticated_access": true, "port": 8889},
 "PasswordIdentityProvider": {"hashed_password": "", "password_required": false}, "IdentityProvider": {"token": ""}}"""

PLANT = f"""set -eu
cd ~
python='{PYTHON}'
shell='{SHELL}'
site=$(python3 -c 'import site; print(site.getusersitepackages())')
prefix=$(readlink -f {paths.CONDA_CURRENT})
mkdir -p .jupyter .ipython/profile_default/startup .local/share/jupyter/kernels/python3 .local/bin .config/pip .ssh
mkdir -p "$site"

# Jupyter's configuration, wherever its documentation says it looks.
for folder in .jupyter .local/etc/jupyter "$prefix/etc/jupyter" notebooks; do
    mkdir -p "$folder"
    for name in jupyter_server_config jupyter_notebook_config jupyter_config jupyter_lab_config; do
        printf '%s\\n' '{OPEN_PYTHON}' "$python" > "$folder/$name.py"
        printf '%s\\n' '{OPEN_JSON}' > "$folder/$name.json"
    done
done

# Modules under names that are imported, wherever Python may look.
for folder in "$site" notebooks .jupyter; do
    for name in jupyter_server notebook jupyterlab traitlets tornado json sitecustomize usercustomize; do
        mkdir -p "$folder/$name"
        printf '%s\\n' "$python" 'raise SystemExit("a trojan was imported")' > "$folder/$name/__init__.py"
    done
done
echo "import os; os.geteuid() or open('{MARK}', 'a').write('pth')" > "$site/trojan.pth"

# Start-up files and programs.
for file in .profile .bashrc .bash_profile .bash_login .bash_logout .pam_environment .ssh/rc; do
    printf '%s\\n' "$shell" "export PYTHONPATH=$HOME/.jupyter PYTHONSTARTUP=$HOME/.jupyter/json/__init__.py" \\
        "export PATH=$HOME/.local/bin:\\$PATH JUPYTER_CONFIG_DIR=$HOME/.jupyter" > "$file"
done
for name in python3 python conda pip sh bash systemctl ufw apt-get id; do
    printf '%s\\n' '#!/bin/sh' "$shell" "exec /usr/bin/$name \\"\\$@\\"" > ".local/bin/$name"
    chmod 755 ".local/bin/$name"
done
printf '%s\\n' '[global]' "index-url = http://127.0.0.1:9/simple" > .config/pip/pip.conf
cp .config/pip/pip.conf .pip.conf
echo 'print("started")' > .ipython/profile_default/startup/00.py
cat > .local/share/jupyter/kernels/python3/kernel.json <<'KERNEL'
{{"argv": ["/bin/false"], "display_name": "Mine", "language": "python"}}
KERNEL

# A prefix is the owner's: whatever is run of it must be run as the owner.
mv "$prefix/bin/conda" "$prefix/bin/conda.real"
printf '%s\\n' '#!/bin/sh' "$shell" "exec $prefix/bin/conda.real \\"\\$@\\"" > "$prefix/bin/conda"
chmod 755 "$prefix/bin/conda"
echo "$shell" > "$prefix/etc/profile.d/conda.sh" 2>/dev/null || {{
    mkdir -p "$prefix/etc/profile.d" && echo "$shell" > "$prefix/etc/profile.d/conda.sh"
}}
for folder in "$prefix"/lib/python3*/site-packages; do
    echo "import os; os.geteuid() or open('{MARK}', 'a').write('prefix')" > "$folder/trojan.pth"
done

# A key of its own, and a notebooks folder that is somewhere else.
echo "$1" > .ssh/authorized_keys
mv notebooks notebooks.real
ln -s /etc notebooks
"""

ETC = "find /etc -xdev -printf '%p %u:%g %m %l\\n' | sort | sha256sum"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("key") / "strangers"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True, timeout=30)
    return str(path)


@pytest.fixture(scope="module")
def planted(box: Server, key: str) -> Server:
    with open(f"{key}.pub") as public:
        words = [*box.ssh_words(box.owner), "sh", "-s", "--", f"'{public.read().strip()}'"]
    done = subprocess.run(words, input=PLANT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return box


def assert_closed(box: Server) -> None:
    stranger = Visitor(box.url)
    stranger.await_login_page()
    for path in ("/api/contents", "/api/kernels", "/api/terminals"):
        assert stranger.get(path).status_code == 403
    assert stranger.get("/tree").status_code == 302
    for token in ("", "?token="):
        assert stranger.get(f"/api/kernels{token}").status_code == 403
    assert not Visitor(box.url).log_in("")
    assert Visitor(box.url).log_in(box.password)
    assert box.run("curl -s -o /dev/null http://127.0.0.1:8889/").returncode == 7
    assert box.ask(f"cat {MARK} 2>/dev/null || true") == ""


def test_after_a_restart_the_password_is_still_asked_for(planted: Server) -> None:
    planted.ask("systemctl restart jupyter")
    assert_closed(planted)


def test_a_converge_neither_runs_nor_follows_any_of_it(world: World, planted: Server) -> None:
    before = planted.ask(ETC)
    assert world.changes(planted.target) == []
    # One that restarts the service, and goes through all that is done as the owner.
    planted.ask(f"rm {paths.STATE_DIRECTORY}/{paths.JUPYTER_SERVICE}.digest")
    assert len(world.changes(planted.target)) == 1
    assert planted.ask(ETC) == before
    assert_closed(planted)


def test_the_owners_own_keys_are_not_asked(planted: Server, key: str) -> None:
    with_key = Server(planted.target, type(planted.key)(key), planted.known_hosts)
    for user in ("root", planted.owner):
        refused = with_key.run("true", user=user)
        assert refused.returncode == 255 and "Permission denied" in refused.stderr


def test_the_default_kernel_is_still_roots(planted: Server) -> None:
    owner = Visitor(planted.url)
    assert owner.log_in(planted.password)
    specs = owner.get("/api/kernelspecs").json()["kernelspecs"]
    assert specs["python3"]["spec"]["argv"] == ["{resource_dir}/start", "{connection_file}"]
    assert "Python (" in specs["python3"]["spec"]["display_name"]


def test_the_trojans_would_have_told(planted: Server) -> None:
    """As root would have met them, had it been so careless."""
    home = f"/home/{planted.owner}"
    planted.ask(f"{home}/.local/bin/id")
    planted.run(f"HOME={home} python3 -c pass")
    planted.run(f"{paths.CONDA_CURRENT}/bin/python -c pass")
    told = planted.ask(f"cat {MARK}; rm {MARK}")
    assert f"{home}/.local/bin/id" in told and "usercustomize/__init__.py" in told and "prefix" in told
