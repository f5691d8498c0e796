"""Turns the files in `prompts/` into typed values, and says where a file is wrong."""
