"""Writes the golden letters anew, and takes away what is no letter any more."""

from tests.letters import GOLDEN, golden_files


def main() -> None:
    """Write them."""
    files = golden_files()
    GOLDEN.mkdir(exist_ok=True)
    for path in GOLDEN.iterdir():
        if path.name not in files:
            path.unlink()
    for name, reads in files.items():
        (GOLDEN / name).write_text(reads, encoding="utf-8")


if __name__ == "__main__":
    main()
