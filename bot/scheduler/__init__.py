"""Ticks: a few fixed, short pieces of work that are done again and again. The database knows what is due."""
