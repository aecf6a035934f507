"""Text that strangers wrote: made plain, and marked."""
