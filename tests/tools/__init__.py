"""Helpers of the tests: servers, stand-ins for language models, and tools to run from the command line. Holds no tests."""
