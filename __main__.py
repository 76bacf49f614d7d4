"""The stack: settings, what lasts, the server on it, outputs."""

import signal

import pulumi

from contract.identity import lasting_host_key
from infra.costs import monthly_cost
from infra.lasting import Lasting, LastingArgs
from infra.outputs import login_url, records_to_enter
from infra.preflight import preflight
from infra.server import Server, ServerArgs, ssh_command
from settings.pulumi_config import encrypted_keys, raw_config
from settings.stack import SettingsError, load

# When a resource fails, the engine interrupts this program: it ends without a traceback that means nothing.
signal.signal(signal.SIGINT, signal.SIG_DFL)

try:
    settings = load(raw_config(), encrypted_keys())
    cloud, host = settings.cloud, settings.host
    tag = f"{pulumi.get_project()}-{pulumi.get_stack()}"
    size = preflight(settings, pulumi.get_stack(), tag)
except SettingsError as error:
    # RunError is shown as it is; any other exception would come with a traceback.
    raise pulumi.RunError(str(error)) from None

lasting = Lasting("lasting", LastingArgs(cloud=cloud, host=host, tag=tag))
server = Server("server", ServerArgs(cloud=cloud, host=host, secrets=settings.secrets, lasting=lasting))

pulumi.export("monthly_cost", str(monthly_cost(size.price_monthly, backups=cloud.backups)))
pulumi.export("address", server.address)
pulumi.export("url", server.address.apply(lambda address: login_url(cloud, host, address)))
pulumi.export("ssh", server.address.apply(lambda address: ssh_command(host.owner, address)))
pulumi.export("host_key", lasting_host_key(settings.secrets.identity_seed.get_secret_value()).fingerprint)
pulumi.export("copy_home", server.copy_home)
pulumi.export("target", server.target)
if cloud.domain and cloud.dns == "external":
    pulumi.export("records_to_enter", records_to_enter(cloud, server.address, server.address6))
