"""What every request passes before a route answers it: its path put right, its size, its key, its rate; counted and logged."""
