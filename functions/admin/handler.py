"""Service status, maintenance, data sync and prompt versions. HTTP: GET, POST, DELETE /api/v1/{admin,sync,prompts}/…"""

from functions.admin import data_status, maintenance, prompts, sync  # noqa: F401 their routes
from functions.admin.app import app
from shared.web.app import lambda_handler

handler = lambda_handler(app)
