"""One folder, one deployed function. The collector rests while one starts; `shared.runtime.collector` wakes it."""

import gc

gc.disable()
