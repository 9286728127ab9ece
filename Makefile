# Sluice. Adding a file edits nothing here: sources are found by globs.
#   make            build/sluice                  make check      unit tests of this mode
#   MODE=release (default) | debug | asan | tsan | fuzz | cover, each in a folder of its own
MODE ?= release
B := build/$(MODE)

CC_release := gcc
CC_debug := gcc
CC_asan := gcc
CC_tsan := gcc
CC_cover := gcc
CC_fuzz := clang
CC := $(CC_$(MODE))

WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Wmissing-prototypes -Werror
OPT_release := -O2 -g1 -fno-plt
OPT_debug := -O0 -g
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
OPT_cover := -O0 -g --coverage
OPT_fuzz := -O1 -g -Wno-bitwise-instead-of-logical -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
CFLAGS := -std=c17 -D_GNU_SOURCE -Isrc -I$(B)/gen $(WARN) $(OPT_$(MODE)) -pthread -MMD -MP
# (as system headers: their warnings are not ours)
GMIME := $(shell pkg-config --cflags gmime-3.0 | sed 's/-I/-isystem /g')
$(B)/mail/%.o: CFLAGS += $(GMIME)
LDLIBS := $(shell pkg-config --libs gmime-3.0) -letpan -lhogweed -lnettle -lmicrohttpd -lcurl -lpq -lsodium -lgnutls -lcrypto -lcmark-gfm -lcmark-gfm-extensions -lpsl -lidn2 \
	-lsqlite3 -lutf8proc -lxxhash -lzstd -lz -lpthread -lm

SRC := $(filter-out src/main.c,$(wildcard src/*/*.c src/*/*/*.c))
GEN := $(B)/gen/rules/lexer.c $(B)/gen/rules/grammar.c
LISTS := build/lists
WEBGEN := build/web
LISTGEN := $(addprefix $(LISTS)/gen/,agents.c domains.c phones.c referrers.c script.c)
OBJ := $(patsubst src/%.c,$(B)/%.o,$(SRC)) $(GEN:.c=.o) $(patsubst $(LISTS)/gen/%.c,$(B)/gen/lists/%.o,$(LISTGEN)) $(B)/gen/web/files.o $(B)/gen/web/bytes.o
LIB := $(B)/libsluice.a
TESTSRC := $(wildcard tests/*/test_*.c tests/*/*/test_*.c)
TESTS := $(patsubst tests/%.c,$(B)/tests/%,$(TESTSRC))
TESTLIB := $(patsubst tests/support/%.c,$(B)/tests/support/%.o,$(wildcard tests/support/*.c))
SIMLIB := $(patsubst tests/sim/%.c,$(B)/tests/sim/%.o,$(filter-out tests/sim/test_%,$(wildcard tests/sim/*.c)))
BENCHLIB := $(patsubst bench/support/%.c,$(B)/bench/support/%.o,$(wildcard bench/support/*.c))
# (made for pattern rules only, so make would delete them)
.SECONDARY: $(BENCHLIB) $(SIMLIB)
TOOLS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/tools/*.c))
BENCHES := $(patsubst bench/%.c,$(B)/bench/%,$(wildcard bench/*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

.DELETE_ON_ERROR:
.PHONY: all tests benches fuzzers check clean
all: $(B)/sluice build/sluice
tests: $(TESTS) $(TOOLS)
benches: $(BENCHES)
fuzzers: $(FUZZERS)

build/sluice: $(B)/sluice
	ln -sfn $(MODE)/sluice $@

$(B)/sluice: $(B)/main.o $(LIB)
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(OBJ)
	@rm -f $@
	ar rcs $@ $^
	@twice=$$(nm -g --defined-only $@ | awk '$$2 ~ /^[TDBR]$$/ { print $$3 }' | sort | uniq -d); \
		[ -z "$$twice" ] || { echo "several files define $$twice: an archive takes either" >&2; exit 1; }

$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

$(B)/app/model/builtin.o: $(wildcard models/*.model)
$(B)/app/look/look.o: src/app/look/look.css
$(B)/app/form/script.o: src/app/form/form.js
$(B)/app/page/render.o: src/app/page/page.css

# The language's lexer (re2c) and parser (lemon). Their output is not ours to format, so some warnings are off.
$(B)/gen/rules/lexer.c: src/rules/lexer.re
	@mkdir -p $(@D)
	re2c -W -c --no-generation-date -o $@ $<
$(B)/gen/rules/grammar.c: src/rules/grammar.y
	@mkdir -p $(@D)
	lemon -d$(@D) -T/usr/share/lemon/lempar.c $<
$(B)/gen/rules/grammar.h: $(B)/gen/rules/grammar.c
$(B)/gen/rules/%.o: $(B)/gen/rules/%.c
	$(CC) $(CFLAGS) -Wno-conversion -Wno-sign-conversion -Wno-unused-parameter -Wno-unused-variable -Wno-unused-but-set-variable -Wno-missing-prototypes -Wno-implicit-fallthrough -Isrc/rules -c -o $@ $<
$(OBJ) $(B)/main.o: | $(B)/gen/rules/grammar.h

# Lists of bots, search engines, mail providers, phone numbers: npm packages, fetched once, and made into C tables that
# all modes share (lists/README.md).
$(LISTS)/node_modules/.package-lock.json: lists/package.json lists/package-lock.json
	@command -v npm >/dev/null || { echo "The build needs the commands node and npm (Debian: packages nodejs, npm)." >&2; exit 1; }
	@mkdir -p $(LISTS)
	cp lists/package.json lists/package-lock.json $(LISTS)/
	@cd $(LISTS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || { \
		echo "The lists could not be fetched: the first build needs npm's registry (lists/README.md)." >&2; exit 1; }
	@touch $@
$(LISTGEN) &: $(LISTS)/node_modules/.package-lock.json $(wildcard lists/*.mjs) $(wildcard src/app/*/*.tsv) src/app/tracker/script.js
	node lists/build.mjs $(LISTS) src/app $(LISTS)/gen
$(B)/gen/lists/%.o: $(LISTS)/gen/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

# The web app, built by Vite and packed into the program; all modes share it. The machine's own Node and npm (Debian's
# are old) only fetch those that web/node/package.json names; where these have none for this machine, its own are used.
WEB_NODE = $(firstword $(wildcard web/node/node_modules/node-linux-*/bin/node) node)
web/node/node_modules/.package-lock.json: web/node/package.json web/node/package-lock.json
	@command -v npm >/dev/null || { echo "The build needs the commands node and npm (Debian: packages nodejs, npm)." >&2; exit 1; }
	@cd web/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || { \
		echo "Node could not be fetched: the first build needs npm's registry (web/README.md)." >&2; exit 1; }
	@touch $@
web/node_modules/.package-lock.json: web/package.json web/package-lock.json web/node/node_modules/.package-lock.json
	@cd web && PATH="$(CURDIR)/$(dir $(WEB_NODE)):$$PATH" node node/node_modules/npm/bin/npm-cli.js ci --ignore-scripts --no-audit --no-fund --loglevel=error || { \
		echo "The web app's packages could not be fetched: the first build needs npm's registry (web/README.md)." >&2; exit 1; }
	@touch $@
$(WEBGEN)/files.c $(WEBGEN)/files.S &: web/node_modules/.package-lock.json web/pack.mjs web/vite.config.ts web/index.html \
		$(wildcard web/public/*) $(shell find web/src -type f ! -name '*.test.*')
	cd web && PATH="$(CURDIR)/$(dir $(WEB_NODE)):$$PATH" node node_modules/vite/bin/vite.js build --logLevel warn
	PATH="$(CURDIR)/$(dir $(WEB_NODE)):$$PATH" node web/pack.mjs build/web/dist $(WEBGEN)/packed
	mv $(WEBGEN)/packed/files.c $(WEBGEN)/packed/files.S $(WEBGEN)/
$(B)/gen/web/files.o: $(WEBGEN)/files.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<
$(B)/gen/web/bytes.o: $(WEBGEN)/files.S
	@mkdir -p $(@D)
	$(CC) -c -o $@ $<

$(B)/tests/support/%.o: tests/support/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Itests -c -o $@ $<
$(B)/tests/sim/%.o: tests/sim/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Itests -c -o $@ $<
$(B)/tests/sim/test_sim: $(SIMLIB)
$(B)/tests/%: tests/%.c $(TESTLIB) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Itests -o $@ $< $(filter %.o,$^) $(LIB) -lcmocka $(LDLIBS)
$(B)/bench/support/%.o: bench/support/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Ibench -c -o $@ $<
$(B)/bench/%: bench/%.c $(BENCHLIB) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Ibench -o $@ $< $(BENCHLIB) $(LIB) $(LDLIBS)
$(B)/fuzz/%: tests/fuzz/%.c $(TESTLIB) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Itests -fsanitize=fuzzer -o $@ $< $(TESTLIB) $(LIB) -lcmocka $(LDLIBS)

# Types of the API for the web app, from the program's own description of it.
.PHONY: web-types
web-types: build/web/api.d.ts
build/web/api.json: build/sluice
	@mkdir -p $(@D)
	build/sluice openapi >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
build/web/api.d.ts: build/web/api.json web/node_modules/.package-lock.json
	cd web && PATH="$(CURDIR)/$(dir $(WEB_NODE)):$$PATH" node node_modules/openapi-typescript/bin/cli.js ../build/web/api.json -o ../build/web/api.d.ts >/dev/null

# Client libraries of other makers, for tests/api/test_clients.py.
.PHONY: clients
clients: build/clients/node_modules/.package-lock.json
build/clients/node_modules/.package-lock.json: tests/clients/package.json tests/clients/package-lock.json
	@mkdir -p build/clients
	cp tests/clients/package.json tests/clients/package-lock.json build/clients/
	cd build/clients && npm install --no-save --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

check: tests
	@set -e; for t in $(TESTS); do echo "== $$t"; $$t; done

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
