"""What the gate should answer, worked out row by row in Python: the permitted view first, then the question over it.

It shares nothing with Freehold but the parser of SQL text. It reads a specification of what a contract shows, which each test
states by itself, and follows docs/sql.md for what of an aggregate may leave.
"""

from differential.reference.interpreter import Disclosed, Interpreter
from differential.reference.view import AGGREGATE, JOIN, READ, Column, Product, masked

__all__ = ["AGGREGATE", "JOIN", "READ", "Column", "Disclosed", "Interpreter", "Product", "masked"]
