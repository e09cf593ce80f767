"""The command line, one module per group of commands. Whatever takes long to import is imported by the command that needs it."""
