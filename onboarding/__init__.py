"""The first hour: from a clone to a stack that `pulumi up` can run, by questions or by flags."""
