"""What calls may do: the gate that all of them pass, and the agreements of people."""
