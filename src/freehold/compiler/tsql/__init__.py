"""Enforced plans as T-SQL: what means exactly the same there is written whole, of the rest the permitted view alone.

Everything here is an allow-list: `Unwritable` says that something is not on it, which is no refusal but the other of the two ways.
"""
