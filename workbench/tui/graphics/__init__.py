"""Images as pixels, on terminals that say that they can show them."""
