"""One folder is one deployed function. Garbage collection is off during import, see `shared.runtime.gc_tuning`."""

import gc

gc.disable()
