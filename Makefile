# The commands of the project; each installs what it misses. See README.md.
.PHONY: run test build bench lint fmt screenshots

run:
	@scripts/run

test:
	@scripts/test

build:
	@scripts/build

bench:
	@scripts/bench

lint:
	@scripts/lint

fmt:
	@cargo fmt --all

# Pictures of every page and mail, into target/screenshots.
screenshots:
	@scripts/screenshots
