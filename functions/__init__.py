"""One folder is one deployed function. Two settings make imports, and so cold starts, faster.

Garbage collection is off during import, see `shared.runtime.gc_tuning`. In functions that answer HTTP requests,
pydantic builds a model's validator and serializer when it is first used: FastAPI defines some forty models that only a
generated OpenAPI document uses, and one response uses few of ours. Request models are built at import.
"""

import gc
from importlib.machinery import PathFinder

gc.disable()

if PathFinder.find_spec("fastapi"):
    from pydantic import BaseModel

    BaseModel.model_config["defer_build"] = True
