# The commands of the project; each installs what it misses. See README.md.
.PHONY: run test build bench fuzz lint fmt screenshots pictures

run:
	@scripts/run

test:
	@scripts/test

build:
	@scripts/build

bench:
	@scripts/bench

# Ten minutes of odd input for everything that reads what strangers send.
fuzz:
	@scripts/fuzz

lint:
	@scripts/lint

fmt:
	@cargo fmt --all

# Pictures of every page and mail, into target/screenshots.
screenshots:
	@scripts/screenshots

# The pictures of the README, into docs/pictures.
pictures:
	@scripts/pictures
