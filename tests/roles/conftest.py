"""Let the tests of this folder share its modules, whichever way pytest imports them."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
