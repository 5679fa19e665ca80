"""`python -m router` is `vorzimmer`."""

import sys

from router.cli import main

sys.exit(main())
