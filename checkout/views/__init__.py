"""The buyer's pages: cart, checkout, orders; and the gateway's door."""
