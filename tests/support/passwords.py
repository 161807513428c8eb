"""Passwords that cost a test little; the cost of `SHIPPED` is asserted in test_hardening.py."""

from argon2 import PasswordHasher

from app.accounts import sign_in

SHIPPED = sign_in.hasher
sign_in.hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
