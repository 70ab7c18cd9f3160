"""What training and the shop agree on: what is known of a viewer and of candidates, and the models that score them."""
