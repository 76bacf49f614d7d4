"""What Jupyter reads beside its one configuration."""

from pyinfra.api import FactBase, StringCommand

from deploy.script import script


class OtherConfiguration(FactBase[list[str]]):
    """Paths of configuration files of Jupyter's in root's folders, without the one that is ours."""

    default = list

    def command(self, configuration: str, directories: list[str]) -> StringCommand:
        return script("jupyter/observe_configuration.sh", OURS=configuration, DIRECTORIES=" ".join(directories))

    def process(self, output: list[str]) -> list[str]:
        return [line for line in output if line]
