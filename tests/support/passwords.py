"""Passwords that cost a test little; what they cost a guesser is asserted of SHIPPED, in test_hardening."""

from argon2 import PasswordHasher

from app.accounts import sign_in

SHIPPED = sign_in.hasher
sign_in.hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
