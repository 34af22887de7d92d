"""One folder, one deployed function. The collector rests while one starts; `shared.runtime.gc_tuning` wakes it."""

import gc

gc.disable()
