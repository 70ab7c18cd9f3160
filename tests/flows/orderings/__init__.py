"""Seven events of one purchase with a refund and a dispute, in every order, from two processes: one state."""
