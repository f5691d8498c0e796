"""Tests of the sandbox itself: with the real SDK and the real Bolt, so that shapes are those they send and expect."""
