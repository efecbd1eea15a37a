"""Language models and embedders behind an API, real and scripted."""
