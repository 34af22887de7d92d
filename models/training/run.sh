#!/bin/sh
# Fetch, train, and leave what was made in OUT (/out): two ONNX files, their metadata and the model's card.
#   API_URL           address of the API, such as https://api.example.com
#   TRAINING_API_KEY  its training key
#   BEFORE            the first season that must not be seen (2023: 2023-24)
#   PORT              where OUT is served afterwards; empty to end instead
set -eu
python=${PYTHON:-.venv/bin/python}
out=${OUT:-/out}
data=${DATA:-$(mktemp -d)}

printf '%s\n' "$TRAINING_API_KEY" | "$python" -m models.training.fetch --from "$API_URL" --downloads "$data"
unset TRAINING_API_KEY
"$python" -m models.training.train --downloads "$data" --before "${BEFORE:-2023}" --out "$out"
if [ -n "${PORT:-}" ]; then
    exec "$python" -m http.server "$PORT" --directory "$out"
fi
