"""Tests of graphmem.view."""
