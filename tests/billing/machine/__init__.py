"""Billing as one state machine: any steps in any order, a Stripe that misbehaves, and the books at the end."""
