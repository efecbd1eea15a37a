"""Agents of several frameworks with a memory, each with a model that plays from a script. They need packages that the tests don't have:
tests/frameworks/test_examples.py runs them in an environment of their own."""
