"""What keeps a deployment from going on."""


class DeployError(Exception):
    """One line with the cause and the remedy."""


class LineLostError(DeployError):
    """The device does not answer; what it was doing goes on without us."""
