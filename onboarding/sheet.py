"""The recovery sheet: what brings the server back into its owner's hands when this machine is lost."""

from dataclasses import dataclass

from contract.identity import lasting_host_key


@dataclass(frozen=True)
class Sheet:
    """All of it is secret. recovery_key: an OpenSSH private key that the server knows from its first day."""

    stack: str
    account: str
    identity_seed: str
    password: str
    passphrase: str
    recovery_key: str

    def __str__(self) -> str:
        passphrase = f"Pulumi's passphrase: {self.passphrase}\n" if self.passphrase else ""
        return f"""\
Recovery sheet of the Jupyter server {self.stack!r}
DigitalOcean account: {self.account}

Keep this where a thief of your laptop does not find it and you do without your laptop: on paper, or in a
password manager that your phone has too. Whoever holds it can log in to your server.

identity_seed:       {self.identity_seed}
password:            {self.password}
{passphrase}
SSH key for the day when your own is gone. Save it as `recovery`, then:
    chmod 600 recovery && ssh -i recovery root@ADDRESS
ADDRESS is in DigitalOcean's control panel. The first time, ssh shows the server's key. It must be
    {lasting_host_key(self.identity_seed).fingerprint}

{self.recovery_key}"""
