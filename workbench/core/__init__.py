"""What the interfaces and the worker stand on; imports no framework."""
