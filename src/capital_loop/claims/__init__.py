"""What is claimed, decided and held together."""
