"""What a careful person would find before a sequence starts, and how fast it would send."""
