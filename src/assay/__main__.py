"""`python -I -m assay`, as the actions start it."""

import sys

from assay.cli import main

sys.exit(main())
