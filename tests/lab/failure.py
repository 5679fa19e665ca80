"""What goes wrong in the laboratory itself, as opposed to what a test expects to go wrong."""


class LabFailed(AssertionError):
    """SIPp did not run as told, or what was waited for did not come; the message quotes what is known."""
