"""`python -m settings`: write what is generated from the models (Pulumi.yaml, the settings reference)."""

from settings.reference import write_all

if __name__ == "__main__":
    write_all()
