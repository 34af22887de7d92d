"""The application whose routes stand in data_status.py, maintenance.py, prompts.py and sync.py."""

from shared.web.app import http_app

app = http_app("admin")
