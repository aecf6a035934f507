"""What people do with the product: a folder for each thing, a file for each tool."""
