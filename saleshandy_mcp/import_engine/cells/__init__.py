"""What people write into the cells of a table, made into what they mean. Pure; what is changed is always told."""
