"""The console command."""


def main() -> None:
    """Run the command line."""
    from workbench.cli.main import cli

    cli()


if __name__ == "__main__":
    main()
