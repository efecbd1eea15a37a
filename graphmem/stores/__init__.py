"""What all stores share: the checks of `doctor`, the format of an export, and the tokens that keep tenants apart."""
