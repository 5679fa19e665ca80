"""Asterisk without a container engine: its root made from Debian's packages, its instances as processes of ours."""

from asterisk.instance import Asterisk, AsteriskError, running_asterisk
from asterisk.root import RootError, RootSpec, ensure_root

__all__ = ["Asterisk", "AsteriskError", "RootError", "RootSpec", "ensure_root", "running_asterisk"]
