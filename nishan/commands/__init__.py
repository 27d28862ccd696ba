"""One file per sub-command of `nishan`; heavy imports happen inside the command that needs them."""
