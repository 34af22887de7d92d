"""One folder is one deployed function. Garbage collection is off during import; `shared.runtime.gc_tuning` enables it."""

import gc

gc.disable()
