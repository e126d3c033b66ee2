"""Warnings, holds, suspensions and blocks: what somebody is told or kept from, with reason and end (M26)."""
