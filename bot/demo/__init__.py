"""The demo: made-up records, named conversations, and visitors of the sandbox."""
