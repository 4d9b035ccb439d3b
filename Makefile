# A new machine needs Python 3.11 or later and two commands: `make run` and `make test`.
#
#   make run [PORT=8000]     the whole service on http://127.0.0.1:8000, until Ctrl-C
#   make test [ARGS="-k x"]  the tests          make check   style, types, imports, migrations, API
#   make prove               the slow proofs    make bench   the measurements
#   make api                 writes docs/api.yaml again, after a change that was meant
#   make privacy         writes docs/privacy.md again, the register of processing
#   make sbom            .data/sbom.json, the parts of a release (CycloneDX)
#   make superuser        an account for /admin/, while make run runs
#   make lock                resolves requirements/*.in anew
#   make clean               removes what can be made again; the data of `make run` stays in .data
#
# PostgreSQL and Redis are started from their wheels unless DATABASE_URL and REDIS_URL are given.

PYTHON ?= python3
BIN := .venv/bin
# A data directory for each purpose, so that none disturbs a running `make run`.
with_servers = DATA_DIR=.data/$(1) $(BIN)/python -m config.embedded --alone $(BIN)/python

# The tests start Python some eighty times: it keeps what it has compiled, whoever asked it elsewhere not to.
test: export PYTHONDONTWRITEBYTECODE =

.PHONY: run superuser test check api drawings bench prove lock sbom privacy clean for-run for-dev
.DELETE_ON_ERROR:

run: for-run
	@exec $(BIN)/python -m config.serve

test: for-dev
	@$(call with_servers,test) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

prove: for-dev
	@$(call with_servers,prove) -m pytest -m prove $(ARGS)

bench: for-dev
	@$(call with_servers,bench) -m tests.bench $(ARGS)

superuser: for-run
	@$(BIN)/python -m config.embedded $(BIN)/python manage.py createsuperuser

check: for-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	@$(call with_servers,check) manage.py makemigrations --check --dry-run
	@$(call with_servers,check) manage.py spectacular --validate --fail-on-warn --file .data/check/api.yaml
	@diff -u docs/api.yaml .data/check/api.yaml || \
		{ echo "docs/api.yaml is not what the code serves. If the change was meant: make api" >&2; exit 1; }

api: for-dev
	@$(call with_servers,check) manage.py spectacular --validate --fail-on-warn --file docs/api.yaml

# The pictures of the guides, after a change of guides/drawings; needs Debian's `webp`.
drawings: for-dev
	$(BIN)/python guides/drawings/draw.py

# pip is asked again only when a lock file has changed: its checksum is in the stamp's name.
for-run:
	@$(call install,run,requirements/run.txt)

for-dev:
	@$(call install,dev,requirements/run.txt requirements/dev.txt)

define install
set -e; stamp=.venv/$(1)-$$(cat $(2) | cksum | tr -c '0-9\n' '-'); \
if ! [ -e "$$stamp" ] || ! $(BIN)/python -c '' 2>/dev/null; then \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Cần Python 3.11 trở lên / Python 3.11 or later is needed: make PYTHON=python3.12" >&2; exit 1; }; \
	$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv || \
		{ echo "Thiếu mô-đun venv / Python's venv module is missing (Debian: apt install python3-venv)" >&2; exit 1; }; \
	echo "Đang cài thư viện, chỉ lần đầu / installing the locked requirements, only the first time"; \
	$(BIN)/python -m pip install -qq --no-input --disable-pip-version-check --require-hashes $(patsubst %,-r %,$(2)); \
	touch "$$stamp"; \
fi
endef

uv_compile = cd requirements && ../$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal \
	--python-version 3.11 --custom-compile-command "make lock"

lock: for-dev
	$(uv_compile) run.in -o run.txt
	$(uv_compile) dev.in -o dev.txt
	@if grep -nE 'index-url|find-links|://' requirements/run.txt requirements/dev.txt; then \
		echo "A lock file names a host: see above" >&2; exit 1; fi

privacy: for-dev
	@$(BIN)/python -m config.register

sbom: for-dev
	@mkdir -p .data
	$(BIN)/cyclonedx-py requirements requirements/run.txt --of JSON -o .data/sbom.json

clean:
	@for part in test check bench prove; do \
		home=$$(readlink ".data/$$part/elsewhere" || true); \
		case $$home in /var/lib/san-sang-so/?*) rm -rf "$$home";; esac; \
		rm -rf ".data/$$part"; \
	done
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
