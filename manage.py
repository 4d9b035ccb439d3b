#!/usr/bin/env python
"""The command line of the house."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # What changes the schema is the owner's; every other command is the house's.
    OWNERS = {"migrate", "grant_application", "makemigrations", "sqlmigrate", "showmigrations"}
    OWNERS |= {"backup", "restore"}
    os.environ["PROCESS"] = "owner" if OWNERS.intersection(sys.argv[1:2]) else "command"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
