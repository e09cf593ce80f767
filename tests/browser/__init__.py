"""What people see: the product started as a developer starts it, and a real browser in front of it."""
