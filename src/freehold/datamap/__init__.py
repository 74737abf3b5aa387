"""The governance catalogue's own language: Apache Atlas v2 as Microsoft Purview speaks it, without I/O, clock or chance.

It holds metadata alone: no value of any product passes here.
"""
