"""What the commands share that set this program up on a machine, and look whether it is set up well."""
