"""What declarations of commands share."""
