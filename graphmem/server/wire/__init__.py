"""The hosted service's wire, in all its generations: paths, bodies and forms of answers."""
