"""`python -m tieout` is the `tieout` program."""

from tieout.cli.main import main

if __name__ == "__main__":
    main()
